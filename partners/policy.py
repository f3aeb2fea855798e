"""THE POLICY: who may do what, and which rows each person may see.

The only module that answers either question. It imports no model: querysets on the floors above
inherit `PolicyQuerySet` and say at which level their rows lie. The database answers again, from
SQL written apart; tests hold the two to one another.

Read it as two tables: `MAY` (what each role may do) and `_REPORTS` with `_LEVEL_DESKS` (through
which desk each role comes to see each level of content); and what a report's conditions take
away again (`CLOSED_TO_HUB`, `CLOSED_BY_NAME`).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias, TypeVar

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from partners.models import User

    Visitor: TypeAlias = User | AnonymousUser


class NotPermittedError(PermissionDenied):
    """The person may not do this. Doors answer 403, or 404 where the row must stay unknown."""


class Role(models.TextChoices):
    """What a person is here to do. One role each."""

    SUBMITTER = "submitter", "Practitioner"
    LEAD = "lead", "Agency lead"
    MASH = "mash", "Safeguarding hub"
    ANALYST = "analyst", "Police analyst"
    SUPERVISOR = "supervisor", "Analyst supervisor"
    INTELLIGENCE_OFFICER = "intelligence_officer", "Intelligence officer"
    INVESTIGATOR = "investigator", "Investigator"
    COMMISSIONER = "commissioner", "Commissioner"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
    STANDARDS = "standards", "Professional standards or designated officer"


class Action(StrEnum):
    """One thing that a person may do."""

    SIGN_IN = "sign_in"
    SUBMIT = "submit"
    ANSWER_ALARMS = "answer_alarms"
    VIEW_SUBMISSIONS = "view_submissions"
    SAY_NOTHING = "say_nothing"
    VIEW_OWN_FIGURES = "view_own_figures"
    VIEW_REPORTS = "view_reports"
    VIEW_ORIGINALS = "view_originals"
    GRADE = "grade"
    ANSWER = "answer"
    SHARE = "share"
    REVIEW_LINKS = "review_links"
    VIEW_PEOPLE = "view_people"
    VIEW_YOUNG_PEOPLE = "view_young_people"
    TRIAGE = "triage"
    RETRY_PARKED = "retry_parked"
    MANAGE_MODELS = "manage_models"
    VIEW_RELEASES = "view_releases"
    PUBLISH_RELEASE = "publish_release"
    READ_AUDIT = "read_audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    LEAD_TEAM = "lead_team"


_EVERYONE = {Action.SIGN_IN}
_PARTNER = _EVERYONE | {Action.SUBMIT, Action.VIEW_SUBMISSIONS}
_RECEIVER = _PARTNER | {Action.VIEW_REPORTS, Action.ANSWER_ALARMS}
_DESK = _PARTNER | {
    Action.VIEW_REPORTS,
    Action.VIEW_ORIGINALS,
    Action.GRADE,
    Action.ANSWER,
    Action.REVIEW_LINKS,
    Action.TRIAGE,
    Action.VIEW_PEOPLE,
    Action.VIEW_YOUNG_PEOPLE,
    Action.VIEW_RELEASES,
}

#: What each role may do. Nothing is inherited and there is no superuser.
MAY: Mapping[str, frozenset[Action]] = {
    Role.SUBMITTER: frozenset(_PARTNER | {Action.SAY_NOTHING}),
    Role.LEAD: frozenset(
        _RECEIVER | {Action.SAY_NOTHING, Action.VIEW_OWN_FIGURES, Action.LEAD_TEAM}
    ),
    Role.MASH: frozenset(_RECEIVER | {Action.VIEW_YOUNG_PEOPLE}),
    Role.ANALYST: frozenset(_DESK),
    Role.SUPERVISOR: frozenset(
        _DESK | {Action.SHARE, Action.RETRY_PARKED, Action.PUBLISH_RELEASE, Action.MANAGE_MODELS}
    ),
    Role.INTELLIGENCE_OFFICER: frozenset(_DESK | {Action.SHARE}),
    Role.INVESTIGATOR: frozenset(
        _PARTNER | {Action.VIEW_REPORTS, Action.VIEW_PEOPLE, Action.VIEW_YOUNG_PEOPLE}
    ),
    Role.COMMISSIONER: frozenset(_EVERYONE | {Action.VIEW_RELEASES}),
    Role.AUDITOR: frozenset(_EVERYONE | {Action.READ_AUDIT}),
    Role.STANDARDS: frozenset(_EVERYONE | {Action.VIEW_REPORTS, Action.VIEW_ORIGINALS}),
    Role.ADMINISTRATOR: frozenset(_EVERYONE | {Action.MANAGE_ACCOUNTS}),
}

#: The three roles that work at a force's intelligence desk.
DESK_ROLES = frozenset({Role.ANALYST, Role.SUPERVISOR, Role.INTELLIGENCE_OFFICER})


class Desk(models.TextChoices):
    """Why an agency or a person is in a report's audience."""

    PERSON = "person", "Sent it"
    OWN = "own", "Agency that sent it"
    FORCE = "force", "Intelligence desk of the police force area"
    MASH = "mash", "Safeguarding hub of the area"
    SHARED = "shared", "Shared with the agency"
    TRUST = "trust", "Professional standards, or the designated officer, of the area"


class Level(StrEnum):
    """How deep a row lies. Each level is seen through fewer desks than a report itself."""

    SUBMISSION = "submission"  #: that it was sent, when, and what became of it
    ORIGINAL = "original"  #: what was sent, word for word
    SOURCE = "source"  #: who told the agency
    REPORT = "report"  #: the graded, sanitised unit
    CONTENT = "content"  #: the persons, objects and events a report gives
    LINKING = "linking"  #: what the workers propose about them


_NO_DESK: frozenset[Desk] = frozenset()
_SENT = frozenset({Desk.PERSON})
_REPORTS: Mapping[str, frozenset[Desk]] = {
    Role.SUBMITTER: _SENT,
    Role.LEAD: frozenset({Desk.PERSON, Desk.OWN, Desk.SHARED}),
    Role.MASH: frozenset({Desk.PERSON, Desk.MASH, Desk.SHARED}),
    Role.ANALYST: frozenset({Desk.PERSON, Desk.FORCE, Desk.SHARED}),
    Role.SUPERVISOR: frozenset({Desk.PERSON, Desk.FORCE, Desk.SHARED}),
    Role.INTELLIGENCE_OFFICER: frozenset({Desk.PERSON, Desk.FORCE, Desk.SHARED}),
    Role.INVESTIGATOR: _SENT,
    Role.STANDARDS: frozenset({Desk.TRUST}),
}
_LEVEL_DESKS = {
    Level.SUBMISSION: frozenset({Desk.PERSON, Desk.OWN, Desk.FORCE, Desk.TRUST}),
    Level.ORIGINAL: frozenset({Desk.PERSON, Desk.OWN, Desk.FORCE, Desk.TRUST}),
    Level.SOURCE: frozenset({Desk.PERSON}),
    Level.REPORT: frozenset(Desk),
    Level.CONTENT: frozenset({Desk.FORCE, Desk.MASH, Desk.TRUST}),
    Level.LINKING: frozenset({Desk.FORCE}),
}
#: Conditions of a report's grade under which a reader is let no deeper than the report itself: the
#: hub, which is another agency whatever it protects, and somebody to whom it was opened by name.
CLOSED_TO_HUB = frozenset({"sanitised_only", "agency_only", "named_only", "originator_consent"})
CLOSED_BY_NAME = frozenset({"sanitised_only"})
#: Levels that a grant by name opens: the report and what it gives, never the original.
_GRANTED = frozenset({Level.REPORT, Level.CONTENT})


def desks(role: str, level: Level) -> frozenset[str]:
    """The desks through which `role` comes to see rows of `level`."""
    return frozenset(_REPORTS.get(role, _NO_DESK) & _LEVEL_DESKS[level])


def is_active(user: "Visitor") -> bool:
    """Signed in, and neither disabled nor without an agency."""
    return bool(user.is_authenticated and user.is_active)


def can(user: "Visitor", action: Action) -> bool:
    """May `user` do this at all? Rows are narrowed by `visible_to`."""
    return is_active(user) and action in MAY.get(getattr(user, "role", ""), frozenset())


def require(user: "Visitor", action: Action) -> None:
    """Raise NotPermittedError unless `user` may do this."""
    if not can(user, action):
        raise NotPermittedError(f"{action} is not open to this role")


def at_desk(user: "Visitor") -> bool:
    """Does `user` work at a force's intelligence desk, where proposals are seen?"""
    return is_active(user) and getattr(user, "role", "") in DESK_ROLES


def audience_ranges(
    user: "Visitor", level: Level, through: Collection[str] = tuple(Desk)
) -> list[Q]:
    """The audience rows that admit `user` to `level`: a condition for each range of an index.

    Only those of the desks named in `through`.
    """
    if not is_active(user) or user.is_anonymous:
        return []
    admitting = sorted(desks(user.role, level) & set(through))
    return [_through(desk, user) & _not_closed(desk, level) for desk in admitting]


def _not_closed(desk: str, level: Level) -> Q:
    if (desk, level) != (Desk.MASH, Level.CONTENT):
        return Q()
    return ~Q(report__conditions__overlap=sorted(CLOSED_TO_HUB))


def _through(desk: str, user: "User") -> Q:
    if desk == Desk.PERSON:
        return Q(person=user.pk)
    held = Q(agency=user.agency_id, desk=desk)
    if desk != Desk.SHARED:
        return held
    return held & current(timezone.now()) & _may_receive(user)


# It does not depend on the row, so the database asks it once a statement.
def _may_receive(user: "User") -> Q:
    today = timezone.localdate()
    agreements = apps.get_model("partners", "SharingAgreement")._base_manager
    return Q(
        Exists(
            agreements.filter(agency=user.agency_id, starts_on__lte=today, expires_on__gte=today)
        )
    )


def audience_of(user: "Visitor", level: Level) -> Q:
    """The audience rows that admit `user` to `level`, as one condition on Audience."""
    return reduce(or_, audience_ranges(user, level), Q(pk__in=[]))


def alarms_of(user: "Visitor") -> Q:
    """The alarms of the hub `user` works at; for its lead, those not acknowledged in time."""
    if user.is_anonymous or not can(user, Action.ANSWER_ALARMS):
        return Q(pk__in=[])
    late = Q(due_at__lte=timezone.now()) & ~Q(acknowledged_at__lte=F("due_at"))
    return Q(hub=user.agency_id) & (Q() if user.role == Role.MASH else late)


M = TypeVar("M", bound=models.Model)


class PolicyQuerySet(models.QuerySet[M]):
    """A queryset that can be narrowed to what one person may see."""

    level: ClassVar[Level]
    #: Lookup from the model to the id that the audience carries ...
    row_path: ClassVar[str] = "report_id"
    #: ... and the audience column that it is compared with.
    audience_column: ClassVar[str] = "report"

    def visible_to(self, user: "Visitor") -> Self:
        """The rows `user` may see: by desk, and by grants made to them by name."""
        if not is_active(user) or user.is_anonymous:
            return self.none()
        reasons = [self._through(audience_of(user, self.level))]
        if self.level in _GRANTED:
            reasons.append(self._by_name(user))
        return self.filter(reduce(or_, reasons))

    def held_by(self, user: "Visitor") -> Self:
        """The rows that are before the desk of `user`: theirs to grade, to share and to judge.

        What was only opened to them by name, or shared with their agency, is not.
        """
        if not is_active(user) or user.is_anonymous:
            return self.none()
        return self.filter(self._through(audience_of(user, Level.LINKING)))

    def sent_by(self, user: "Visitor") -> Self:
        """The rows of what `user`, or for a lead their agency, has sent."""
        reasons = audience_ranges(user, Level.SUBMISSION, through=(Desk.PERSON, Desk.OWN))
        return self.filter(self._through(reduce(or_, reasons, Q(pk__in=[]))))

    def open_beyond_sending(self, user: "User") -> Self:
        """The rows `user` may see for another reason than that they, or their agency, sent them."""
        others = set(Desk) - {Desk.PERSON, Desk.OWN}
        reasons = audience_ranges(user, self.level, through=others)
        beyond = self._through(reduce(or_, reasons, Q(pk__in=[])))
        return self.filter(beyond | self._by_name(user))

    # EXISTS, not a join (it would repeat rows) nor IN (it would read every row to show one). The
    # second condition, which is always true, keeps the planner from making an IN of it by itself.
    def _through(self, reason: Q) -> Q:
        audience = apps.get_model("intelligence", "Audience")._base_manager
        row, column = OuterRef(self.row_path), self.audience_column
        here = {column: row, f"{column}__gte": row}
        return Q(Exists(audience.filter(reason, **here)))

    def _by_name(self, user: "User") -> Q:
        grants = apps.get_model("intelligence", "ReportGrant")._base_manager
        held = grants.filter(granted_to(user), content_object=OuterRef(self.row_path))
        if self.level == Level.CONTENT:
            held = held.exclude(content_object__conditions__overlap=sorted(CLOSED_BY_NAME))
        return Q(Exists(held))


def current(now: "datetime") -> Q:
    """What has not run out at `now`, as a condition on an audience row or a grant."""
    return Q(expires_at=None) | Q(expires_at__gt=now)


class OwnQuerySet(models.QuerySet[M]):
    """Rows that only who made them may see, or only the agency that did: work not yet sent."""

    #: Lookup from the model to its owner, and what of a person owns it.
    owner_path: ClassVar[str]
    owner: ClassVar[str] = "pk"
    action: ClassVar[Action] = Action.SUBMIT

    def visible_to(self, user: "Visitor") -> Self:
        """The rows of `user`, where they may take the action that these rows are for."""
        if not can(user, self.action):
            return self.none()
        return self.filter(**{self.owner_path: getattr(user, self.owner)})


def is_reached_by_name(user: "User") -> bool:
    """May a report be opened to `user` by name? Those who send may be; others have their desks."""
    return Desk.PERSON in _REPORTS.get(user.role, _NO_DESK)


def granted_to(user: "Visitor") -> Q:
    """The grants by name that hold for `user` now, as a condition on a `Grant`."""
    if not is_active(user) or user.is_anonymous or not is_reached_by_name(user):
        return Q(pk__in=[])
    return Q(user=user.pk, revoked_at=None) & current(timezone.now())
