"""Who may see what, written a third time: from the documents, in plain Python.

It knows the facts of a world (`tests.worlds`) and neither the policy nor the database. From
docs/architecture.md ("Who sees what"):

- a submission, its original: who sent it, the lead of their agency, the desk of the force whose
  area it is about; who told the agency: who sent it alone;
- a report: the same, the safeguarding hub of the area where a child at risk is named, an agency
  (its lead, hub or desk) that it is shared with while an agreement of that agency is current,
  and a person to whom it was opened by name, as long as no grade that was given since has
  conditions that forbid it;
- what a report gives: the desk; persons to whom it was opened, unless its conditions say
  "sanitised only"; the hub, unless they say that, or keep the report from other agencies;
- what the desk asks who sent it, what they answer, and the outcome: the desk, and from the moment
  it is due who sent it and the lead of their agency;
- that a report was withdrawn, and why: whoever sees the report;
- that an agency had nothing to share for a month: whoever of it may send;
- a file on its way: who uploaded it; what their agency calls its columns: whoever of it may send;
- a report that names somebody in a position of trust: nobody of the agency where they work, but who
  sent it; professional standards, or the designated officer of the area, see all that was sent;
- a draft: whoever writes it;
- what weighs nothing as a hub: the desk that said so;
- a missing episode: whoever of its agency may send, and the safeguarding hub of its area; what was
  said in the interview after it: whoever of its agency may send, and no hub;
- the log of a home's visitors: whoever of the home may send;
- what somebody without an account wrote: the desk of the area that they wrote to;
- what workers propose, which mentions they hold to be one person, and how reports were graded:
  the desk alone.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from tests.worlds import Granted, Sent, Shared, World

DESK = {"analyst", "supervisor", "intelligence_officer"}
#: Commissioners, auditors and administrators see no intelligence, whatever anybody opens to them.
MAY_SEE_ANY = DESK | {"submitter", "lead", "mash", "investigator", "standards"}
MAY_RECEIVE = DESK | {"lead", "mash"}

Row = Mapping[str, Any]


class Oracle:
    """Answers for one world and one moment. `rows` holds the plain rows of the derived tables."""

    def __init__(self, world: World, rows: Mapping[str, list[Row]]) -> None:
        self.world = world
        self.rows = rows
        self.by_report = {sent.report: sent for sent in world.sent}
        self.by_submission = {sent.submission: sent for sent in world.sent}
        self.report_of = {row["id"]: row["report_id"] for row in rows["Mention"]}
        self.uploaded = {row["id"]: row["sent_by_id"] for row in rows["Upload"]}
        self.asked = {row["id"]: row for row in rows["Question"]}
        self.kept_by = {row["id"]: row["agency_id"] for row in rows["MissingEpisode"]}
        self.judged = {row["act"]: (row["left_id"], row["right_id"]) for row in rows["Decision"]}

    def visible(self, model: str, person: Any) -> set[Any]:
        """The keys of the rows of `model` that `person` may see."""
        if not person.is_active or person.role not in MAY_SEE_ANY:
            return set()
        sees = _SEES[model]
        return {row["pk"] for row in self.rows[model] if sees(self, person, row)}

    # The levels.
    def sent(self, person: Any, sent: Sent) -> bool:
        """Is it theirs, or is it before their desk, or in their trust?"""
        return (
            self.sender(person, sent) or self.at_desk_of(person, sent) or self.trust(person, sent)
        )

    def sender(self, person: Any, sent: Sent) -> bool:
        """Did they send it, or lead the agency that did, unless it is kept from that?"""
        own = sent.agency == person.agency_id and sent.agency not in sent.kept_from
        # Whoever is trusted with allegations sends nothing: what they sent earlier is not theirs.
        return person.role != "standards" and (
            sent.person == person.pk or (person.role == "lead" and own)
        )

    def trust(self, person: Any, sent: Sent) -> bool:
        """Are they professional standards, or the designated officer, for it?"""
        return person.role == "standards" and person.agency_id in sent.keepers

    def at_desk_of(self, person: Any, sent: Sent) -> bool:
        """Do they work at the desk of the area that it is about?"""
        here = self.world.police_of.get(sent.area, set()) - sent.kept_from
        return person.role in DESK and person.agency_id in here

    def at_hub_of(self, person: Any, sent: Sent) -> bool:
        """Do they work at the hub of the area, and does it name a child at risk or alarm it?"""
        here = self.world.hub_of.get(sent.area)
        concerned = (sent.names_child or sent.alarmed) and here not in sent.kept_from
        return person.role == "mash" and concerned and here == person.agency_id

    def alarm(self, person: Any, row: Row) -> bool:
        """Was their hub alarmed, and for its lead: did nobody answer within the working hour?"""
        if self.world.hub_of.get(self.by_report[row["report_id"]].area) != person.agency_id:
            return False
        answered, due = row["acknowledged_at"], row["due_at"]
        late = due <= timezone.now() and (answered is None or answered > due)
        return person.role == "mash" or (person.role == "lead" and late)

    def receives(self, person: Any, sent: Sent) -> bool:
        """Is it shared with their agency, now, under a current agreement?"""
        today = timezone.localdate()
        spans = self.world.agreements.get(person.agency_id, ())
        return (
            person.role in MAY_RECEIVE
            and any(start <= today <= end for start, end in spans)
            and any(
                row.report == sent.report
                and row.agency == person.agency_id
                and _lasts(row.expires_at)
                and not row.taken_back
                and not any(_no_agency(since, row.expires_at) for since in self.since(row))
                for row in self.world.shared
            )
        )

    def opened(self, person: Any, sent: Sent) -> bool:
        """Was it opened to them by name, and is it still?"""
        return person.role != "standards" and any(
            row.report == sent.report
            and row.person == person.pk
            and not row.revoked
            and _lasts(row.expires_at)
            and not any(
                self.no_person(since, person, sent, row.expires_at) for since in self.since(row)
            )
            for row in self.world.granted
        )

    def since(self, row: Shared | Granted) -> list[set[str]]:
        """The conditions of every grade that the report was given after it was let out."""
        later = self.world.graded[row.graded :]
        return [set(graded.conditions) for graded in later if graded.report == row.report]

    def no_person(
        self, conditions: set[str], person: Any, sent: Sent, expires_at: datetime | None
    ) -> bool:
        """Do these conditions forbid that the person has it by name?"""
        within = person.agency_id in {sent.agency, *self.world.police_of.get(sent.area, ())}
        kept_in = conditions & {"agency_only", "originator_consent"} and not within
        return bool(kept_in or ("time_limited" in conditions and expires_at is None))

    def report(self, person: Any, sent: Sent) -> bool:
        """May they see the report?"""
        return (
            self.sent(person, sent)
            or self.at_hub_of(person, sent)
            or self.receives(person, sent)
            or self.opened(person, sent)
        )

    def content(self, person: Any, sent: Sent) -> bool:
        """May they see what the report gives?"""
        kept_from_names = {"sanitised_only"}
        kept_from_hub = kept_from_names | {"agency_only", "named_only", "originator_consent"}
        conditions = self.conditions(sent)
        return (
            self.at_desk_of(person, sent)
            or self.trust(person, sent)
            or (self.at_hub_of(person, sent) and not conditions & kept_from_hub)
            or (self.opened(person, sent) and not conditions & kept_from_names)
        )

    def conditions(self, sent: Sent) -> set[str]:
        """The conditions of the last grade given, or of the one suggested on receipt."""
        given = [g.conditions for g in self.world.graded if g.report == sent.report]
        return set([sent.conditions, *given][-1])

    def mention(self, person: Any, mention: uuid.UUID) -> bool:
        """May they see this mention?"""
        return self.content(person, self.by_report[self.report_of[mention]])

    def pair(self, person: Any, left: uuid.UUID, right: uuid.UUID) -> bool:
        """May they see both mentions?"""
        return self.mention(person, left) and self.mention(person, right)

    def member(self, person: Any, row: Row) -> bool:
        """May they see that this mention is in this cluster?"""
        sent = self.by_report[self.report_of[row["mention_id"]]]
        return row["area_id"] is not None and self.at_desk_of(person, sent)

    def cluster(self, person: Any, cluster: uuid.UUID) -> bool:
        """May they know of the cluster: is there a membership that they may see?"""
        return any(
            row["cluster_id"] == cluster and self.member(person, row)
            for row in self.rows["Membership"]
        )

    def told(self, person: Any, row: Row) -> bool:
        """May they see this question, or outcome?"""
        sent = self.by_submission[row["submission_id"]]
        due = row["shown_from"] <= timezone.now()
        return self.at_desk_of(person, sent) or (due and self.sender(person, sent))

    def missing(self, person: Any, row: Row) -> bool:
        """Is it their agency's record, or one of the area whose hub they work at?"""
        of_hub = person.role == "mash" and self.world.hub_of.get(row["area_id"])
        return _of_agency(person, row) or of_hub == person.agency_id

    def audience(self, person: Any, row: Row) -> bool:
        """An audience row is seen by those whom it admits to anything."""
        sent = self.by_report[row["report_id"]]
        own_desk = row["agency_id"] == person.agency_id
        answers: dict[str, bool] = {
            "person": row["person_id"] == person.pk,
            "own": person.role == "lead" and own_desk,
            "force": person.role in DESK and own_desk,
            "mash": person.role == "mash" and own_desk,
            "trust": person.role == "standards" and own_desk,
            # The desk sees whom it let in, also when that is over.
            "shared": (own_desk and self.receives(person, sent) and _lasts(row["expires_at"]))
            or self.at_desk_of(person, sent),
        }
        return answers[row["desk"]]


def _no_agency(conditions: set[str], expires_at: datetime | None) -> bool:
    """Do these conditions forbid that an agency has it?"""
    closed = conditions & {"agency_only", "named_only", "originator_consent"}
    return bool(closed or ("time_limited" in conditions and expires_at is None))


def _lasts(expires_at: datetime | None) -> bool:
    return expires_at is None or expires_at > timezone.now()


def _of_agency(person: Any, row: Row) -> bool:
    """Is it their agency's, and do they send for it?"""
    return row["agency_id"] == person.agency_id and person.role != "standards"


def _by_submission(question: str) -> Callable[[Oracle, Any, Row], bool]:
    return lambda oracle, person, row: getattr(oracle, question)(
        person, oracle.by_submission[row["submission_id"]]
    )


def _by_report(question: str) -> Callable[[Oracle, Any, Row], bool]:
    return lambda oracle, person, row: getattr(oracle, question)(
        person, oracle.by_report[row["report_id"]]
    )


_SEES: dict[str, Callable[[Oracle, Any, Row], bool]] = {
    "Alarm": lambda oracle, person, row: oracle.alarm(person, row),
    "Submission": lambda oracle, person, row: oracle.sent(person, oracle.by_submission[row["id"]]),
    "Original": _by_submission("sent"),
    "QueueItem": _by_submission("sent"),
    "SourceIdentity": lambda oracle, person, row: (
        oracle.by_submission[row["submission_id"]].person == person.pk
    ),
    "Report": lambda oracle, person, row: oracle.report(person, oracle.by_report[row["id"]]),
    "GradeChange": _by_report("at_desk_of"),
    "Statement": _by_report("content"),
    "Mention": _by_report("content"),
    "Sighting": _by_report("content"),
    "Event": _by_report("content"),
    "Group": _by_report("content"),
    "Relation": _by_report("content"),
    "Link": lambda oracle, person, row: (
        person.role in DESK and oracle.pair(person, row["left_id"], row["right_id"])
    ),
    "Decision": lambda oracle, person, row: (
        person.role in DESK and oracle.pair(person, row["left_id"], row["right_id"])
    ),
    "Undoing": lambda oracle, person, row: (
        person.role in DESK and oracle.pair(person, *oracle.judged[row["act"]])
    ),
    "Tie": lambda oracle, person, row: oracle.pair(person, row["left_id"], row["right_id"]),
    "Membership": lambda oracle, person, row: oracle.member(person, row),
    "Cluster": lambda oracle, person, row: (
        row["area_id"] is not None and oracle.cluster(person, row["id"])
    ),
    "ClusterEvent": lambda oracle, person, row: (
        person.role in DESK and oracle.cluster(person, row["cluster_id"])
    ),
    "VictimProfile": lambda oracle, person, row: oracle.cluster(person, row["cluster_id"]),
    "OffenderProfile": lambda oracle, person, row: oracle.cluster(person, row["cluster_id"]),
    "Audience": lambda oracle, person, row: oracle.audience(person, row),
    "ReportGrant": lambda oracle, person, row: (
        (row["user_id"] == person.pk and person.role != "standards")
        or oracle.at_desk_of(person, oracle.by_report[row["content_object_id"]])
    ),
    "MentionKey": lambda oracle, person, row: False,
    "ModelVersion": lambda oracle, person, row: person.role in DESK,
    "OtherScore": lambda oracle, person, row: False,
    "Hub": lambda oracle, person, row: (
        person.role in DESK and person.agency.area_id == row["area_id"]
    ),
    "CommonKey": lambda oracle, person, row: False,
    "Question": lambda oracle, person, row: oracle.told(person, row),
    "Outcome": lambda oracle, person, row: oracle.told(person, row),
    "Answer": lambda oracle, person, row: oracle.told(person, oracle.asked[row["question_id"]]),
    "Withdrawal": _by_report("report"),
    "NothingToShare": lambda oracle, person, row: _of_agency(person, row),
    "MissingEpisode": lambda oracle, person, row: oracle.missing(person, row),
    "ReturnInterview": lambda oracle, person, row: (
        person.role != "standards" and oracle.kept_by[row["episode_id"]] == person.agency_id
    ),
    "CommunityMessage": lambda oracle, person, row: (
        person.role in DESK and person.agency_id in oracle.world.police_of.get(row["area_id"], ())
    ),
    "Visit": lambda oracle, person, row: _of_agency(person, row),
    "Upload": lambda oracle, person, row: row["sent_by_id"] == person.pk,
    "UploadRow": lambda oracle, person, row: oracle.uploaded[row["upload_id"]] == person.pk,
    "Draft": lambda oracle, person, row: row["written_by_id"] == person.pk,
    "KeptFrom": _by_report("at_desk_of"),
    "KnownHeading": lambda oracle, person, row: _of_agency(person, row),
}
#: The models that the oracle speaks of: every one that holds intelligence.
MODELS = frozenset(_SEES)
