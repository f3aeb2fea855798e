"""One small scene for the tests of the doors: something of every kind, owned by different people.

The school's teacher reports a child and a suspect (R1). A nurse reports a suspect with the same
phone (R2, shared with the school and the council), and two more with another phone, of whom the
analyst has decided that they are one person (R3, opened by name to the investigator and the
teacher, and R4). One submission is set aside, and one has alarmed the hub. All of it lies in
Dogger.
"""

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from intelligence import answering, drafts, evaluation, hubs, review, versions
from intelligence.models import Alarm, Mention, QueueItem, Report, Submission
from intelligence.uploads import importing
from linking.model import default
from partners import roster
from partners.models import AccountRequest, Agency, ApiToken, User
from tests.factories import child, joined, submission, suspect, with_phone
from tests.scene_of_forms import kept_records
from tests.worlds import asking, process, send

#: The people of the scene in the order of the table's columns.
PEOPLE = (
    "teacher",
    "colleague",
    "head",
    "nurse",
    "hub",
    "analyst",
    "supervisor",
    "intelligence_officer",
    "investigator",
    "commissioner",
    "auditor",
    "administrator",
    "neighbour",
)


@dataclass
class Scene:
    """The people, and the ids of what there is, by the names that the table uses."""

    cast: SimpleNamespace
    ids: dict[str, uuid.UUID] = field(default_factory=dict)

    @property
    def people(self) -> dict[str, User]:
        """Everybody who may sign in."""
        return {name: getattr(self.cast, name) for name in PEOPLE}


def make_scene(cast: SimpleNamespace) -> Scene:
    """The scene, through intake, the route and the desk, with the rights of whoever does it."""
    scene = Scene(cast)
    suspicion = joined({"persons": [suspect(given_names="Tariq")]}, with_phone())
    other = joined({"persons": [suspect(given_names="Milo")]}, with_phone("07700 900337"))
    first = joined({"persons": [child(given_names="Una", age_from=14, age_to=14)]}, suspicion)
    sent = {
        "school's": (first, cast.teacher),
        "shared": (suspicion, cast.nurse),
        "opened": (other, cast.nurse),
        "clinic's": (other, cast.nurse),
    }
    for name, (parts, by) in sent.items():
        receipt = send(submission(**parts), by)
        scene.ids[f"{name} submission"] = receipt.submission
    process()
    for name in sent:
        of = {"submission": scene.ids[f"{name} submission"]}
        scene.ids[f"{name} report"] = Report.objects.get(**of).pk
        scene.ids[f"{name} suspect"] = Mention.objects.get(**of, ref="p1").pk
    scene.ids["child"] = Mention.objects.get(ref="c1").pk
    _decide(scene)
    _share(scene)
    _ask(scene)
    scene.ids |= kept_records(cast)
    with asking(cast.teacher):
        draft = drafts.begin(by=cast.teacher, way="steps", answers={"narrative": "Seen."})
        file = importing.receive("log.csv", b"Date,Details\n2026-03-02,Seen.\n", by=cast.teacher)
    scene.ids["teacher's draft"], scene.ids["teacher's file"] = draft.pk, file.pk
    parked = QueueItem(
        submission_id=scene.ids["clinic's submission"], failures=5, parked_at=timezone.now()
    )
    parked.save(force_insert=True)
    scene.ids["parked"] = parked.pk
    urgent = submission(urgency={"child_at_risk_now": "yes"})
    raised = Alarm.objects.get(submission=send(urgent, cast.nurse).submission)
    scene.ids["alarm"] = raised.pk
    kept = versions.keep(replace(default(), prior=-8.0), facts={}, by=None)
    scene.ids["version"] = kept.id_in_address
    with asking(cast.supervisor):
        hub = hubs.pin("phone", "07700 900999", by=cast.supervisor, reason="A hostel's telephone.")
    scene.ids["hub"] = hub.pk
    _team(scene)
    scene.ids["missing"] = uuid.uuid4()
    return scene


def _team(scene: Scene) -> None:
    """Who works at the school and the clinic, a key of each, and an account that each asks for."""
    cast = scene.cast
    scene.ids["colleague"], scene.ids["nurse"] = cast.colleague.pk, cast.nurse.pk
    for name, agency in (("school's key", cast.school), ("clinic's key", cast.clinic)):
        token, _ = roster.issue_token(agency, by=None)
        scene.ids[name] = token.pk
    for name, agency in (("asked for", cast.school), ("asked elsewhere", cast.neighbour.agency)):
        asked = AccountRequest.objects.create(
            agency=agency, name="Una Vale", role="submitter", why="Joins.", asked_by=cast.head
        )
        scene.ids[name] = asked.pk


def _decide(scene: Scene) -> None:
    """The analyst joins the nurse's two; the pair that waits is the other."""
    analyst = scene.cast.analyst
    with asking(analyst):
        theirs = {scene.ids["opened suspect"], scene.ids["clinic's suspect"]}
        for proposal in review.proposals(analyst):
            if {mention.pk for mention in proposal.mentions} & theirs:
                act = review.decide(proposal.core, judgement="same", by=analyst, reason="Looked.")
                scene.ids["act"] = act
            else:
                scene.ids["core"] = proposal.core
    process()


def _share(scene: Scene) -> None:
    supervisor = scene.cast.supervisor
    with asking(supervisor):
        shared = Report.objects.get(pk=scene.ids["shared report"])
        evaluation.grade(
            shared,
            by=supervisor,
            source_evaluation="1",
            intelligence_assessment="B",
            handling_code="P",
        )
        evaluation.sanitise(shared, by=supervisor, text="A person was seen near an arcade.")
        for agency in (scene.cast.school, Agency.objects.get(code="silverpit-council")):
            evaluation.share(shared, to=agency, by=supervisor, reason="They help.")
        opened = Report.objects.get(pk=scene.ids["opened report"])
        for to in (scene.cast.investigator, scene.cast.teacher):
            evaluation.open_to(opened, to=to, by=supervisor, reason="Their case.")


def _ask(scene: Scene) -> None:
    """The analyst asks the teacher about what came in two days ago, and the nurse too soon."""
    asked = scene.ids["school's submission"]
    Submission.objects.filter(pk=asked).update(received_at=timezone.now() - timedelta(days=2))
    for name, of in (
        ("teacher's question", asked),
        ("question not due", scene.ids["shared submission"]),
    ):
        with asking(scene.cast.analyst):
            row = Submission.objects.get(pk=of)
            question = answering.ask(row, by=scene.cast.analyst, text="Which arcade?")
        scene.ids[name] = question.pk


def bearer(user: User) -> dict[str, str]:
    """The header of a new API token of `user`."""
    secret = f"{user.pk}-{uuid.uuid4()}"
    ApiToken.objects.create(
        user=user,
        digest=hashlib.sha256(secret.encode()).digest(),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return {"Authorization": f"Token {secret}"}


def machine_of(agency: Any) -> User:
    """The machine user of an agency."""
    return roster.machine(agency)
