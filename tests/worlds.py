"""Random small worlds: two forces, their agencies, people of every role, and what happened there.

A world is made through the real doors (intake, the route, evaluation, review) with the rights of
the login that does each thing. What is returned are the plain facts that an oracle needs, written
down while they happened and never read back from the tables that the policy itself reads.
"""

import hashlib
import random
import uuid
from base64 import b32encode
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cse_profile import pipeline
from intelligence import answering, drafts, evaluation, hubs, intake, review, silence, withdrawing
from intelligence.models import Alarm, Audience, Report, ReportGrant, Submission
from intelligence.models.answers import Phrase
from intelligence.uploads import importing
from partners import context
from partners.models import Agency, Area, SharingAgreement, User
from tests.conftest import as_web

ROLES = (
    "submitter",
    "lead",
    "mash",
    "analyst",
    "supervisor",
    "intelligence_officer",
    "investigator",
    "commissioner",
    "auditor",
    "administrator",
)
_SENDERS = ROLES[:7]
_PHONES = [f"07700 900{n}" for n in (101, 213, 337, 452, 569)]
_PLATES = ["QX00 ABC", "QX01 DEF", "QX02 GHJ", "QX03 KLM", "QX04 NPR"]
_NICKNAMES = ["Taz", "Biscuit", "Uncle Moss", "Red", "Little D"]


@dataclass(frozen=True)
class Sent:
    """One submission, and the report made from it on receipt."""

    submission: uuid.UUID
    report: uuid.UUID
    person: uuid.UUID
    agency: uuid.UUID
    area: uuid.UUID
    names_child: bool
    alarmed: bool
    conditions: tuple[str, ...]
    #: Agencies from which it is kept, and those whose professional standards, or designated
    #: officer, have it: somebody in a position of trust is named.
    kept_from: frozenset[uuid.UUID] = frozenset()
    keepers: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Graded:
    """One report given a grade with these conditions."""

    report: uuid.UUID
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """One report shared with one agency; how many grades had been given by then, and was it
    taken back?"""

    report: uuid.UUID
    agency: uuid.UUID
    expires_at: datetime | None
    graded: int
    taken_back: bool = False


@dataclass(frozen=True)
class Granted:
    """One report opened to one person by name; how many grades had been given by then."""

    report: uuid.UUID
    person: uuid.UUID
    by: uuid.UUID
    expires_at: datetime | None
    graded: int
    revoked: bool


@dataclass
class World:
    """Who there is, and what happened."""

    people: list[User] = field(default_factory=list)
    police_of: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)
    hub_of: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    agreements: dict[uuid.UUID, list[tuple[date, date]]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    graded: list[Graded] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    granted: list[Granted] = field(default_factory=list)

    def having(self, *roles: str) -> list[User]:
        """The active people with one of these roles."""
        return [person for person in self.people if person.role in roles and person.is_active]


def canary(of: str, place: str) -> str:
    """A word that stands nowhere else: `of` says whose it is, `place` in which field."""
    digest = hashlib.sha256(f"{of}/{place}".encode()).digest()
    return "Zq" + b32encode(digest)[:14].decode().lower()


@contextmanager
def asking(person: User) -> Iterator[None]:
    """The rights of the web login, in the name of `person`."""
    with transaction.atomic(), as_web(), context.acting_as(person):
        yield


def send(payload: dict[str, Any], by: User) -> intake.Receipt:
    """Submit as a web request would."""
    with asking(by):
        return intake.submit(payload, by=by)


def process() -> None:
    """Carry what waits through the route, as a worker would."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE cse_profile_worker")
    tally = pipeline.process_received()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert tally.failed == 0, "the route must carry every submission of a world"


def payload(key: str, *, identity: int, part: str, other_part: str = "") -> dict[str, Any]:
    """A submission whose every text field holds a canary of `key`.

    `identity` is which of five persons it is about: those share a phone and a plate.
    """

    def word(place: str) -> str:
        return canary(key, place)

    persons = [
        {
            "ref": "p1",
            "role": part,
            "given_names": word("given_names"),
            "family_name": word("family_name"),
            "nicknames": [_NICKNAMES[identity], word("nickname")],
            "description": word("description"),
            "language": "en",
        }
    ]
    if other_part:
        persons.append({"ref": "p2", "role": other_part, "given_names": word("other")})
    return {
        "reference": word("reference"),
        "origin_reference": word("origin_reference"),
        "information_date": "2026-03-02",
        "provenance": {"how_known": "first_hand", "corroboration": word("corroboration")},
        "narrative": f"Seen with {word('narrative')}.",
        "reporter": {"name": word("reporter"), "job": word("job"), "contact": word("contact")},
        "sharing": {"who_else_knows": word("who_else"), "conditions": word("conditions")},
        "persons": persons,
        "phones": [
            {
                "ref": "ph1",
                "number": _PHONES[identity],
                "note": word("phone"),
                "saved_as": word("as"),
            }
        ],
        "vehicles": [
            {
                "ref": "v1",
                "registration": _PLATES[identity],
                "make": word("make"),
                "marks": word("marks"),
            }
        ],
        "places": [
            {
                "ref": "pl1",
                "kind": "hot_spot",
                "name": word("place"),
                "address": word("address"),
                "note": word("place_note"),
            }
        ],
        "online_accounts": [{"ref": "on1", "platform": "Chatter", "handle": word("handle")}],
        "events": [{"ref": "ev1", "kind": "meeting", "place": "pl1", "description": word("event")}],
        "groups": [{"ref": "g1", "kind": "friends", "name": word("group")}],
        "statements": [
            {"ref": "s1", "text": word("statement"), "basis": "observed", "about": ["p1"]}
        ],
        "relations": [
            {"from": "p1", "kind": "uses", "to": "ph1", "note": word("relation")},
            {"from": "p1", "kind": "drives", "to": "v1"},
            {"from": "p1", "kind": "seen_at", "to": "pl1"},
            {"from": "p1", "kind": "holds_account", "to": "on1"},
        ],
    }


def make_world(seed: int, *, submissions: int = 12) -> World:
    """The world of `seed`."""
    from tests import worlds_of_forms  # it needs what is above

    dice = random.Random(seed)
    world = World()
    areas = _make_agencies(dice, world)
    _send_all(dice, world, areas, submissions, seed)
    process()
    _decide(dice, world)
    for turn in (_share, _grant, _regrade, _take_back, _share, _grant, _regrade):
        turn(dice, world)
    process()
    _upload(dice, world, seed)
    _answer(dice, world)
    _withdraw(dice, world)
    _draft(dice, world, seed)
    _pin(world, seed)
    worlds_of_forms.fill(world, seed)
    for by in dice.sample(world.having("submitter", "lead"), 2):
        with asking(by):
            silence.say(by=by)
    return world


def _make_agencies(dice: random.Random, world: World) -> list[Area]:
    areas = [Area.objects.create(code=code, name=code.title()) for code in ("dogger", "ekofisk")]
    agencies = []
    for area in areas:
        kinds = ["police", "local_authority", "education", "health"]
        if dice.random() < 0.3:
            kinds.append("police")
        for number, kind in enumerate(kinds):
            code = f"{area.code}-{kind}-{number}"
            agency = Agency.objects.create(code=code, name=code, kind=kind, area=area)
            agencies.append(agency)
            _agree(dice, world, agency)
            if kind == "police":
                world.police_of.setdefault(area.pk, set()).add(agency.pk)
            if kind == "local_authority" and dice.random() < 0.8:
                area.hub = agency
                area.save()
                world.hub_of[area.pk] = agency.pk
    commissioner = Agency.objects.create(
        code="commissioner", name="Commissioner", kind="commissioning_body", area=areas[0]
    )
    _people(dice, world, areas, agencies, commissioner)
    return areas


def _agree(dice: random.Random, world: World, agency: Agency) -> None:
    """No agreement, one that ended, one to come, a current one, or several."""
    today = timezone.localdate()
    day = timedelta(days=1)
    ended, current, to_come = (
        (today - 60 * day, today - day),
        (today, today + day),
        (today + day, today + 60 * day),
    )
    spans = dice.choice(
        [[], [ended], [to_come], [ended, to_come], [current], [ended, current], [current] * 2]
    )
    world.agreements[agency.pk] = spans
    for starts_on, expires_on in spans:
        SharingAgreement.objects.create(
            agency=agency, title="Sharing", starts_on=starts_on, expires_on=expires_on
        )


def _people(
    dice: random.Random,
    world: World,
    areas: list[Area],
    agencies: list[Agency],
    commissioner: Agency,
) -> None:
    def person(role: str, agency: Agency) -> User:
        made = User.objects.create_user(
            username=f"{role}-{len(world.people)}", role=role, agency=agency
        )
        world.people.append(made)
        return made

    for area in areas:
        here = [agency for agency in agencies if agency.area_id == area.pk]
        police = here[0]
        for role in ("analyst", "supervisor", "intelligence_officer", "investigator"):
            person(role, police)
        person("mash", here[1])
        person("standards", police)
        person("standards", here[1])
        person("lead", here[2])
        person("submitter", here[2])
        person("submitter", here[2])
        person("submitter", here[3])
        # A role at an agency where nobody expects it opens no desk that is not that agency's.
        person(dice.choice(ROLES), dice.choice(here))
    for role in ("commissioner", "auditor", "administrator"):
        person(role, commissioner)
    left = person(dice.choice(_SENDERS), agencies[0])
    left.is_active = False
    left.save()


def _send_all(
    dice: random.Random, world: World, areas: list[Area], submissions: int, seed: int
) -> None:
    parts = ("suspected_offender", "child_at_risk", "victim", "witness")
    senders = world.having(*_SENDERS)
    for number in range(submissions):
        by = dice.choice(senders)
        part, other = dice.choice(parts), dice.choice(("", *parts))
        content = payload(
            f"{seed}/{number}", identity=dice.randrange(5), part=part, other_part=other
        )
        area = by.agency.area
        if dice.random() < 0.2:
            area = dice.choice(areas)
            content["force_area"] = area.code
        if dice.random() < 0.3:
            del content["reporter"]
        guarded = dice.random() < 0.3
        if guarded:
            content["sharing"]["risk_if_shared"] = True
        apart = random.Random(f"{seed}/{number}/alarm")  # the other dice fall as they did
        urgent = apart.random() < 0.2
        if urgent:
            why = canary(f"{seed}/{number}", "why")
            content["urgency"] = {"child_at_risk_now": "yes", "why": f"Out tonight {why}"}
            content["sharing"].pop("referrals", None)
        kept_from, keepers = _trust(apart, world, content, by, area)
        receipt = send(content, by)
        if urgent and apart.random() < 0.5:
            late = timezone.now() - timedelta(hours=3)
            Alarm.objects.filter(submission=receipt.submission).update(
                raised_at=late, due_at=late + timedelta(hours=1)
            )
        world.sent.append(
            Sent(
                submission=receipt.submission,
                report=Report.objects.get(submission=receipt.submission).pk,
                person=by.pk,
                agency=by.agency_id,
                area=area.pk,
                names_child=bool({part, other} & {"child_at_risk", "victim"}),
                alarmed=urgent and world.hub_of.get(area.pk) not in kept_from,
                conditions=("sanitised_only",) if guarded else (),
                kept_from=kept_from,
                keepers=keepers,
            )
        )


def _trust(
    dice: random.Random, world: World, content: dict[str, Any], by: User, area: Area
) -> tuple[frozenset[uuid.UUID], frozenset[uuid.UUID]]:
    """Say of some persons that they are in a position of trust, and of some of these where."""
    if dice.random() < 0.7:
        return frozenset(), frozenset()
    person = content["persons"][0]
    position = dice.choice(["police", "works_with_children", "licensed_driver"])
    person["position_of_trust"] = position
    police = world.police_of.get(area.pk, set())
    where = dice.choice(["", "", "elsewhere", "agency"])
    if where == "agency":
        agency = dice.choice(list(Agency.objects.filter(area=area).order_by("code")))
        person["works_for"], closed = agency.code, {agency.pk}
    elif where == "elsewhere":
        person["works_for"], closed = where, set()
    elif position == "police":
        closed = set(police)
    else:
        closed = set() if by.agency.kind == "police" else {by.agency_id}
    keepers = set(police) if position == "police" or closed & _police(world) else set()
    if position != "police" and area.pk in world.hub_of:
        keepers.add(world.hub_of[area.pk])
    return frozenset(closed), frozenset(keepers)


def _police(world: World) -> set[uuid.UUID]:
    return {pk for here in world.police_of.values() for pk in here}


def _decide(dice: random.Random, world: World) -> None:
    for _ in range(4):
        by = dice.choice(world.having("analyst", "supervisor", "intelligence_officer"))
        with asking(by):
            waiting = review.proposals(by)
            if not waiting:
                continue
            chosen = dice.choice(waiting)
            judgement = dice.choice(["same", "same", "different", "unsure"])
            reason = f"Looked at both: {canary(str(chosen.core), 'reason')}"
            act = review.decide(chosen.core, judgement=judgement, by=by, reason=reason)
            if dice.random() < 0.2:
                review.undo(act, by=by, reason="A mistake.")
        process()


def _grade(world: World, report: uuid.UUID, by: User, conditions: tuple[str, ...]) -> None:
    """Grade a report, in the name of who is asking."""
    evaluation.grade(
        Report.objects.get(pk=report),
        by=by,
        source_evaluation="1",
        intelligence_assessment="B",
        handling_code="C" if conditions else "P",
        conditions=conditions,
    )
    world.graded.append(Graded(report, conditions))


def _share(dice: random.Random, world: World) -> None:
    """Share some, of which some were shared before."""
    agencies = sorted(world.agreements)
    for _ in range(4):
        by, report = _held(dice, world)
        if report is None:
            continue
        to, expires_at = dice.choice(agencies), _some_end(dice)
        with asking(by):
            row = Report.objects.get(pk=report)
            text = f"Seen near an arcade: {canary(str(report), 'text')}"
            evaluation.sanitise(row, by=by, text=text)
            _grade(world, report, by, dice.choice([(), ("sanitised_only",), ("no_overt_action",)]))
            try:
                agency = Agency.objects.get(pk=to)
                evaluation.share(row, to=agency, by=by, reason="They help.", expires_at=expires_at)
            except evaluation.NotShareableError:
                continue
        others = [row for row in world.shared if (row.report, row.agency) != (report, to)]
        world.shared = [*others, Shared(report, to, expires_at, len(world.graded))]


def _grant(dice: random.Random, world: World) -> None:
    """Open some by name, of which some were opened before; what is refused is refused."""
    for _ in range(6):
        by, report = _held(dice, world)
        if report is None:
            continue
        to, expires_at = dice.choice(world.people), _some_end(dice)
        revoked = dice.random() < 0.3
        try:
            with asking(by):
                row = Report.objects.get(pk=report)
                evaluation.open_to(
                    row, to=to, by=by, reason="They know her.", expires_at=expires_at
                )
                if revoked:
                    grant = ReportGrant.objects.get(content_object=row, user=to, revoked_at=None)
                    evaluation.close_to(grant, by=by, reason="No longer.")
        except evaluation.NotShareableError:
            continue
        others = [row for row in world.granted if (row.report, row.person) != (report, to.pk)]
        granted = Granted(report, to.pk, by.pk, expires_at, len(world.graded), revoked)
        world.granted = [*others, granted]


_CONDITIONS = (
    "named_only",
    "not_subject_or_family",
    "agency_only",
    "originator_consent",
    "no_action_without_originator",
    "time_limited",
    "sanitised_only",
    "no_overt_action",
)


def _regrade(dice: random.Random, world: World) -> None:
    """Grade some anew, those that somebody has more often than others."""
    let_out = [row.report for row in (*world.shared, *world.granted)]
    for _ in range(4):
        by, report = _held(dice, world, "analyst", among=let_out if dice.random() < 0.7 else ())
        if report is None:
            continue
        conditions = tuple(dice.sample(_CONDITIONS, dice.choice([0, 1, 1, 2])))
        with asking(by):
            _grade(world, report, by, conditions)


def _take_back(dice: random.Random, world: World) -> None:
    """End one share that is still before the desk of somebody."""
    for place, row in enumerate(world.shared):
        by, report = _held(dice, world, "analyst", among=[row.report])
        if report is None or row.taken_back or dice.random() < 0.5:
            continue
        with asking(by):
            shared = Audience.objects.get(report=report, desk="shared", agency=row.agency)
            evaluation.unshare(shared, by=by, reason="No longer.")
        world.shared[place] = replace(row, taken_back=True)


def _upload(dice: random.Random, world: World, seed: int) -> None:
    """Two people upload a file, and one of them says what its columns are."""
    for number, by in enumerate(dice.sample(world.having(*_SENDERS), 2)):
        word = canary(f"{seed}/file/{number}", "cell")
        with asking(by):
            upload = importing.receive(
                "log.csv", f"Date,Details\n2026-03-02,{word}".encode(), by=by
            )
            if number == 0:
                importing.match(
                    upload,
                    columns=["information_date", "narrative"],
                    how_known="first_hand",
                    information_date=None,
                    by=by,
                )


def _pin(world: World, seed: int) -> None:
    """Every supervisor pins a telephone that nobody of this world has."""
    for by in world.having("supervisor"):
        with asking(by):
            hubs.pin("phone", "07700 900999", by=by, reason=canary(f"{seed}/hub/{by.pk}", "reason"))


def _draft(dice: random.Random, world: World, seed: int) -> None:
    """Three people begin a report and do not send it."""
    for number, by in enumerate(dice.sample(world.having(*_SENDERS), 3)):
        with asking(by):
            word = canary(f"{seed}/draft/{number}", "narrative")
            drafts.begin(by=by, way="steps", answers={"narrative": word})


def _answer(dice: random.Random, world: World) -> None:
    """The desk asks and tells about some, of which half came in more than a day ago; a question
    that is due is answered by who sent it, or not.
    """
    for turn in range(6):
        by, report = _held(dice, world, "analyst")
        if report is None:
            continue
        sent = next(row for row in world.sent if row.report == report)
        if turn % 2:
            _age(sent)
        with asking(by):
            row = Submission.objects.get(pk=sent.submission)
            text = f"Which arcade was it? {canary(str(report), 'question')}"
            question = answering.ask(row, by=by, text=text)
            if dice.random() < 0.5:
                answering.release(row, by=by, phrase=dice.choice(Phrase.values))
        sender = next(person for person in world.people if person.pk == sent.person)
        if turn % 2 and dice.random() < 0.8:
            with asking(sender):
                text = f"The one by the pier. {canary(str(report), 'answer')}"
                answering.answer(question, by=sender, text=text)


def _withdraw(dice: random.Random, world: World) -> None:
    """Two senders take back one report each."""
    for sent in dice.sample(world.sent, 2):
        by = next(person for person in world.people if person.pk == sent.person)
        with asking(by):
            withdrawing.withdraw([sent.submission], by=by, reason="wrong")
    process()


def _age(sent: Sent) -> None:
    """A day and an hour go by since it was received."""
    for model, of in ((Submission, "pk"), (Report, "submission"), (Audience, "submission")):
        received = F("received_at") - timedelta(hours=25)
        model._base_manager.filter(**{of: sent.submission}).update(received_at=received)


def _held(
    dice: random.Random, world: World, *roles: str, among: Collection[uuid.UUID] = ()
) -> tuple[User, uuid.UUID | None]:
    """Somebody who may share, or has another of the roles, and a report of their area."""
    by = dice.choice(world.having("supervisor", "intelligence_officer", *roles))
    here = [
        row.report
        for row in world.sent
        if by.agency_id in world.police_of[row.area] and by.agency_id not in row.kept_from
    ]
    chosen = [report for report in here if report in among] if among else here
    return by, dice.choice(chosen) if chosen else None


def _some_end(dice: random.Random) -> datetime | None:
    hours = dice.choice([None, None, -1, 48])
    return None if hours is None else timezone.now() + timedelta(hours=hours)
