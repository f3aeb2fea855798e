"""The world of the demonstration: invented partners, what they sent, and what analysts decided.

Everything goes through the doors that real use goes through, with the rights of the login that does
it. The truth of the world serves only as the judgement of the simulated analysts.
"""

import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

import synthetic
from cse_profile import bulk, pipeline
from cse_profile.roles import GROUPS
from intelligence import audience, evaluation, intake, review
from intelligence.models import Decision, GradeChange, Report, Submission
from partners import context, roster
from partners.models import Agency, Area, SharingAgreement, User
from partners.policy import Role
from synthetic import agencies, story

SEED = 1
#: Submissions of the world where the environment names no other number.
SIZE = 2000
#: Decisions in one sitting, and the most decided; what is beyond waits at the desk.
SITTING = 50
MOST_DECIDED = 120
#: One report in so many is graded by itself, and one decision in so many is not made yet.
GRADED = 3
LEFT = 5

#: Who may be tried: account, role and agency.
ACCOUNTS = (
    ("submitter", Role.SUBMITTER, agencies.SCHOOL),
    ("lead", Role.LEAD, agencies.SCHOOL),
    ("mash", Role.MASH, agencies.HUB),
    ("analyst", Role.ANALYST, agencies.POLICE),
    ("supervisor", Role.SUPERVISOR, agencies.POLICE),
    ("investigator", Role.INVESTIGATOR, agencies.POLICE),
    ("intelligence_officer", Role.INTELLIGENCE_OFFICER, agencies.POLICE),
    ("commissioner", Role.COMMISSIONER, agencies.COMMISSIONER),
    ("auditor", Role.AUDITOR, agencies.POLICE),
    ("administrator", Role.ADMINISTRATOR, agencies.POLICE),
    ("nurse", Role.SUBMITTER, agencies.CLINIC),
    ("licensing", Role.SUBMITTER, agencies.LICENSING),
    ("other_submitter", Role.SUBMITTER, agencies.CHARITY),
    ("home_staff", Role.SUBMITTER, agencies.HOME),
    ("outreach", Role.SUBMITTER, agencies.OUTREACH),
    ("neighbour_analyst", Role.ANALYST, agencies.NEIGHBOUR_POLICE),
)

#: What is shown of those whose account is not named as people speak.
CALLED = {
    "submitter": "Form tutor",
    "lead": "Head teacher",
    "mash": "Duty social worker",
    "licensing": "Licensing officer",
    "home_staff": "Residential worker",
    "other_submitter": "Outreach worker",
    "outreach": "Project worker",
    "neighbour_analyst": "Neighbouring analyst",
}

Tell = Callable[[str, int, int], None]


class NotADemonstrationError(Exception):
    """The database holds submissions, and none of the demonstration's accounts."""


def size() -> int:
    """How many submissions the environment asks for. Raises ValueError."""
    return int(os.environ.get("CSE_PROFILE_DEMO_SUBMISSIONS") or SIZE)


def load(submissions: int, *, tell: Tell) -> None:
    """Make the world as big as asked, or go on where it was broken off; what is there is kept.

    Runs as the owner, who takes the rights of web and worker for what they do. `tell` is told the
    stage, what is done and what there is to do. Raises NotADemonstrationError.
    """
    missing = len(ACCOUNTS) - User.objects.filter(username__in=[a[0] for a in ACCOUNTS]).count()
    if missing == len(ACCOUNTS) and Submission.objects.exists():
        raise NotADemonstrationError
    if missing:
        _load_agencies()
    if missing or not _accounts_file().exists():
        _make_accounts()
    sent = Submission.objects.count()
    if sent < submissions:
        _send(submissions, tell)
    if submissions >= story.SMALLEST_WORLD:
        _tell_of_tonight()
    if sent >= submissions and not intake.waiting() and _was_at_the_desk():
        return
    _carry("linking", tell)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or the first pages would be planned for empty tables
    if submissions and not _was_at_the_desk():
        _work_at_the_desk(submissions, tell)
        _carry("linking what was decided", tell)


def _was_at_the_desk() -> bool:
    """Grading comes last, so whoever graded has decided too."""
    return GradeChange.objects.filter(by__username="analyst").exists()


@contextmanager
def rights_of(kind: str) -> Iterator[None]:
    """The rights of the web or worker login, row security included, on the owner's connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {GROUPS[kind]}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def _load_agencies() -> None:
    with transaction.atomic():
        loaded = roster.load_agencies((a._asdict() for a in agencies.AGENCIES), by=None)
        _tell_of_areas()
        for agency in loaded.agencies:
            roster.name_contact(agency, "its duty line, 01632 960599, day and night", by=None)
            audience.admit(agency)
            today = timezone.localdate()
            SharingAgreement.objects.get_or_create(
                agency=agency,
                title="Demonstration agreement",
                defaults={
                    "starts_on": today - timedelta(days=365),
                    "expires_on": today + timedelta(days=3650),
                },
            )


def _tell_of_areas() -> None:
    """Whom to call about a child at risk, and the places that people know."""
    for area in Area.objects.all():
        route = f"the {area.name} safeguarding hub on 01632 960500, day and night"
        roster.name_route(area, route, by=None)
        roster.open_community(area, by=None)
    known = synthetic.make("easy", submissions=0, seed=SEED).places()
    roster.load_places(({"force_area": area, "name": name} for area, name in known), by=None)


def _accounts_file() -> Path:
    return Path(settings.VAR) / "accounts.txt"


def _make_accounts() -> None:
    """The accounts, with one new random password, written where only its owner reads it."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    of = {agency.code: agency for agency in Agency.objects.all()}
    encoded = make_password(password)  # once: it takes 0.1 seconds on purpose
    lines: list[str] = []
    with transaction.atomic():
        for name, role, code in ACCOUNTS:
            user = User.objects.filter(username=name).first()
            user = user or User(username=name, role=role, agency=of[code])
            user.name = CALLED.get(name, name.replace("_", " ").capitalize())
            user.telephone = f"01632 9605{len(lines):02}"
            user.password = encoded
            user.save()
            lines.append(f"{name}\t{password}\t{role}\t{code}\n")
        opened = os.open(_accounts_file(), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.writelines(lines)


def _send(submissions: int, tell: Tell) -> None:
    tell("inventing the world", 0, 0)
    world = synthetic.make("easy", submissions=submissions, seed=SEED)
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder, rights_of("web"):
        path = Path(folder) / "submissions.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(told) + "\n" for told in world.submissions())
        bulk.import_file(path, after=lambda _, so: tell("receiving", so.lines, submissions))


def _tell_of_tonight() -> None:
    """Two alarms to the hub, once: what files tell of long ago raises none."""
    sender = {code: name for name, role, code in ACCOUNTS if role == Role.SUBMITTER}
    for code, payload in story.tonight(timezone.localdate()):
        by = User.objects.select_related("agency__area__hub").get(username=sender[code])
        reference = payload["reference"]
        if not Submission.objects.filter(agency=by.agency, reference=reference).exists():
            with rights_of("web"), context.acting_as(by):
                intake.submit(payload, by=by)


def _carry(stage: str, tell: Tell) -> None:
    total = intake.waiting()
    tell(stage, 0, total)
    with rights_of("worker"):
        pipeline.process_received(after=lambda done: tell(stage, done, total))


def _work_at_the_desk(submissions: int, tell: Tell) -> None:
    """Simulated analysts judge as the truth says; some are not sure, and some wait."""
    analyst = User.objects.select_related("agency__area").get(username="analyst")
    truth = {
        (line.agency, line.reference, line.person_ref): line.person_id
        for line in synthetic.make("easy", submissions=submissions, seed=SEED).truth()
    }
    with rights_of("web"):
        tell("deciding", 0, MOST_DECIDED)
        with context.acting_as(analyst):
            waiting = review.queue(analyst, at_most=MOST_DECIDED * LEFT // (LEFT - 1))
        chosen = [p for place, p in enumerate(waiting) if place % LEFT]
        chance = Random(SEED)  # noqa: S311 - not a secret
        for start in range(0, len(chosen), SITTING):
            with context.acting_as(analyst):
                for proposal in chosen[start : start + SITTING]:
                    _decide(proposal, analyst, truth, chance)
            tell("deciding", start + SITTING, MOST_DECIDED)
        _grade(analyst, tell)


def _decide(
    proposal: review.Proposal,
    by: User,
    truth: dict[tuple[str, str, str], str],
    chance: Random,
) -> None:
    link = proposal.link
    pair = {m.pk: m for m in (*proposal.mentions, *proposal.theirs)}
    known = [pair[pk] for pk in (link.left_id, link.right_id)] if link else []
    whose = {truth.get((m.report.agency.code, m.submission.reference, m.ref)) for m in known}
    if chance.random() < 0.05 or not known or None in whose:
        judgement = Decision.Judgement.UNSURE
    else:
        judgement = Decision.Judgement.SAME if len(whose) == 1 else Decision.Judgement.DIFFERENT
    try:
        review.settle(proposal, judgement=judgement, by=by)
    except review.ContradictionError:
        return  # an earlier decision of this sitting settled it


def _grade(analyst: User, tell: Tell) -> None:
    """Take the suggested grades of one report in three."""
    with context.acting_as(analyst):
        reports = list(
            Report.objects.visible_to(analyst).filter(graded_at=None).order_by("received_at", "pk")
        )
    chosen = list(islice(reports, 0, None, GRADED))
    for start in range(0, len(chosen), SITTING):
        with context.acting_as(analyst):
            for report in chosen[start : start + SITTING]:
                evaluation.confirm_grade(report, by=analyst)
        tell("grading", start + SITTING, len(chosen))
