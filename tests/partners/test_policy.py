"""The two tables of the policy, read as a data protection officer would."""

import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings
from guardian.models import GroupObjectPermission, UserObjectPermission

from cse_profile import checks
from intelligence import evaluation
from intelligence.models import Original, Report, ReportGrant, SourceIdentity, Submission
from partners import policy
from partners.models import User
from partners.policy import MAY, Action, Desk, Level, Role
from tests.conftest import as_web
from tests.factories import child, submission
from tests.worlds import asking

_PARTNERS = {Role.SUBMITTER, Role.LEAD, Role.MASH, Role.INVESTIGATOR}


def may(action: Action) -> set[str]:
    """The roles that may take this action."""
    return {role for role, actions in MAY.items() if action in actions}


def test_every_role_is_in_the_table_and_every_action_is_somebodys():
    assert set(MAY) == set(Role)
    assert set().union(*MAY.values()) == set(Action)


def test_each_action_belongs_to_the_roles_that_need_it():
    desk = set(policy.DESK_ROLES)
    assert may(Action.SIGN_IN) == set(Role)
    assert may(Action.SUBMIT) == may(Action.VIEW_SUBMISSIONS) == _PARTNERS | desk
    reads = desk | _PARTNERS - {Role.SUBMITTER} | {Role.STANDARDS}
    assert may(Action.VIEW_REPORTS) == reads
    assert may(Action.VIEW_ORIGINALS) == desk | {Role.STANDARDS}
    for action in (Action.GRADE, Action.REVIEW_LINKS):
        assert may(action) == desk
    assert may(Action.SHARE) == {Role.SUPERVISOR, Role.INTELLIGENCE_OFFICER}
    assert may(Action.VIEW_PEOPLE) == desk | {Role.INVESTIGATOR}
    assert may(Action.VIEW_YOUNG_PEOPLE) == desk | {Role.INVESTIGATOR, Role.MASH}
    assert may(Action.RETRY_PARKED) == may(Action.PUBLISH_RELEASE) == {Role.SUPERVISOR}
    assert may(Action.MANAGE_MODELS) == {Role.SUPERVISOR}
    assert may(Action.VIEW_RELEASES) == desk | {Role.COMMISSIONER}
    assert may(Action.READ_AUDIT) == {Role.AUDITOR}
    assert may(Action.MANAGE_ACCOUNTS) == {Role.ADMINISTRATOR}
    assert may(Action.LEAD_TEAM) == {Role.LEAD}


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_three_roles_see_no_intelligence_at_any_level(role):
    assert [level for level in Level if policy.desks(role, level)] == []


def test_what_workers_propose_never_leaves_the_desk():
    seen_by = {role for role in Role if policy.desks(role, Level.LINKING)}
    assert seen_by == policy.DESK_ROLES


def test_who_told_the_agency_is_seen_by_who_sent_it_alone():
    assert {desk for role in Role for desk in policy.desks(role, Level.SOURCE)} == {Desk.PERSON}


def test_a_stranger_a_person_who_has_left_and_an_unknown_role_may_do_nothing(cast):
    cast.analyst.is_active = False
    nobody = [AnonymousUser(), cast.analyst, User(role="director", agency=cast.force)]

    assert [(who, a) for who in nobody for a in Action if policy.can(who, a)] == []
    assert [policy.audience_ranges(who, Level.REPORT) for who in nobody] == [[], [], []]
    with pytest.raises(policy.NotPermittedError):
        policy.require(cast.analyst, Action.SIGN_IN)


def test_there_is_no_superuser_and_a_machine_only_submits(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cast.administrator.pk).update(is_superuser=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cast.analyst.pk).update(is_machine=True)


def test_permissions_of_the_framework_open_nothing(cast, submit):
    """A model-level permission once made guardian's lists wider than its details."""
    submit(submission(), by=cast.teacher)
    cast.nurse.user_permissions.set(Permission.objects.all())

    assert not Report.objects.visible_to(cast.nurse).exists()
    assert not Submission.objects.visible_to(cast.nurse).exists()
    with asking(cast.nurse):
        assert not Report.objects.exists()


def test_a_grant_by_name_opens_the_report_and_never_the_original(cast, submit, process):
    receipt = submit(submission(persons=[child()]), by=cast.teacher)
    process()
    report = Report.objects.get(submission=receipt.submission)
    with asking(cast.supervisor):
        evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Her case.")

    assert Report.objects.visible_to(cast.investigator).get() == report
    assert not Original.objects.visible_to(cast.investigator).exists()
    assert not SourceIdentity.objects.visible_to(cast.investigator).exists()


def test_a_grant_can_be_ended_by_a_colleague_of_who_made_it(cast, submit):
    receipt = submit(submission(), by=cast.teacher)
    report = Report.objects.get(submission=receipt.submission)
    with asking(cast.supervisor):
        evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Her case.")
    with asking(cast.intelligence_officer):
        evaluation.close_to(
            ReportGrant.objects.get(), by=cast.intelligence_officer, reason="Her case is closed."
        )

    assert not Report.objects.visible_to(cast.investigator).exists()


def test_an_analyst_opens_nothing_to_anybody(cast, submit):
    receipt = submit(submission(), by=cast.teacher)
    report = Report.objects.get(submission=receipt.submission)

    with asking(cast.analyst), pytest.raises(policy.NotPermittedError):
        evaluation.open_to(report, to=cast.investigator, by=cast.analyst, reason="A favour.")


def test_the_generic_tables_of_guardian_stay_empty(cast, submit):
    receipt = submit(submission(), by=cast.teacher)
    report = Report.objects.get(submission=receipt.submission)
    with asking(cast.supervisor):
        evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Her case.")

    assert not UserObjectPermission.objects.exists()
    assert not GroupObjectPermission.objects.exists()


def test_the_setting_that_loosens_guardian_is_refused():
    assert checks.guardian_is_not_loosened(None) == []
    with override_settings(GUARDIAN_LEGACY_GLOBAL_PERMS_GROUP_UNION=True):
        assert len(checks.guardian_is_not_loosened(None)) == 1


# What the second wall refuses where a statement slipped past the first.


def attempts(cast, mine, theirs) -> list[tuple[str, User, str, list[object]]]:
    """Statements that nobody may make: what it is, in whose name, the statement, its values."""
    own, own_report = mine.submission, Report.objects.get(submission=mine.submission).pk
    hidden = Report.objects.get(submission=theirs.submission).pk
    audience = (
        "INSERT INTO intelligence_audience (id, report_id, submission_id, desk, agency_id, "
        "person_id, received_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, now())"
    )
    log = (
        "INSERT INTO partners_auditevent (operation, actor, actor_name, agency, role, verb, "
        "object_type) VALUES (%s, %s, %s, %s, %s, 'v', 'o')"
    )
    teacher, analyst = cast.teacher, cast.analyst
    return [
        (
            "join the audience of a hidden report through one's own submission",
            teacher,
            audience,
            [hidden, own, "person", None, teacher.pk],
        ),
        (
            "let somebody else into one's own report as its sender",
            teacher,
            audience,
            [own_report, own, "person", None, cast.nurse.pk],
        ),
        (
            "share a report without being one who may",
            analyst,
            audience,
            [hidden, theirs.submission, "shared", cast.school.pk, None],
        ),
        (
            "write in the log in another's name",
            teacher,
            log,
            ["consultation", analyst.pk, "analyst", cast.force.pk, "analyst"],
        ),
        (
            "write in the log in nobody's name while signed in",
            teacher,
            log,
            ["denial", None, "system", None, ""],
        ),
        (
            "write in the log under another role",
            teacher,
            log,
            ["consultation", teacher.pk, "teacher", cast.school.pk, "lead"],
        ),
        (
            "change somebody's password",
            teacher,
            "UPDATE partners_user SET password = %s WHERE id = %s",
            ["x", analyst.pk],
        ),
        (
            "change one's own role",
            teacher,
            "UPDATE partners_user SET role = %s WHERE id = %s",
            ["analyst", teacher.pk],
        ),
        (
            "grade a report of another force",
            cast.neighbour,
            """INSERT INTO intelligence_gradechange (id, report_id, before, after, by_id, at, why)
               VALUES (gen_random_uuid(), %s, '', '1 A P', %s, now(), '')""",
            [hidden, cast.neighbour.pk],
        ),
        (
            "open a hidden report to oneself",
            teacher,
            """INSERT INTO intelligence_reportgrant (id, content_object_id, user_id, permission_id,
               reason, conditions, granted_by_id, granted_at) VALUES (gen_random_uuid(), %s, %s,
               (SELECT min(id) FROM auth_permission), '', '', %s, now())""",
            [hidden, teacher.pk, teacher.pk],
        ),
        (
            "undo what was never before one's desk",
            cast.neighbour,
            "INSERT INTO intelligence_undoing (act, by_id, at, reason) VALUES (%s, %s, now(), '')",
            [uuid.uuid4(), cast.neighbour.pk],
        ),
        ("read the key of the context", teacher, "SELECT * FROM ctx.pads", []),
    ]


def refusal(by: User, statement: str, values: list[object]) -> str:
    """Why the database does not carry this out for `by`; empty where it does. Keeps nothing."""
    try:
        with transaction.atomic():
            with asking(by), connection.cursor() as cursor:
                cursor.execute(statement, values)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


def accepted_attempts(cast, mine, theirs) -> list[str]:
    """Those of `attempts` that the database lets through, or refuses for some other reason."""
    return [
        what
        for what, by, statement, values in attempts(cast, mine, theirs)
        if not re.search("permission denied|row-level security", refusal(by, statement, values))
    ]


def test_the_database_refuses_what_slips_past_the_policy(cast, submit, process):
    mine = submit(submission(), by=cast.teacher)
    theirs = submit(submission(persons=[child()]), by=cast.nurse)
    process()

    assert accepted_attempts(cast, mine, theirs) == []


def test_a_decision_is_made_in_ones_own_name_about_what_is_before_ones_own_desk(
    cast, submit, process
):
    receipts = [submit(submission(persons=[child()]), by=cast.teacher) for _ in range(2)]
    process()
    pair = "SELECT m.id FROM intelligence_mention m ORDER BY m.id"
    statement = (
        "INSERT INTO intelligence_decision (id, act, left_id, right_id, judgement, by_id, at, "
        "reason) VALUES (gen_random_uuid(), gen_random_uuid(), %s, %s, 'same', %s, now(), '')"
    )
    with connection.cursor() as cursor:
        cursor.execute(pair)
        left, right = [row[0] for row in cursor.fetchall()]
    for receipt in receipts:
        report = Report.objects.get(submission=receipt.submission)
        with asking(cast.supervisor):
            evaluation.open_to(report, to=cast.neighbour, by=cast.supervisor, reason="Ask them.")

    def refused(by: User, name: User) -> bool:
        return "row-level security" in refusal(by, statement, [left, right, name.pk])

    assert refused(cast.analyst, cast.supervisor)
    assert refused(cast.neighbour, cast.neighbour)
    assert refused(cast.teacher, cast.teacher)
    assert not refused(cast.analyst, cast.analyst)


def test_the_checks_of_the_framework_find_nothing_wrong():
    call_command("check")


def test_signing_in_needs_no_more_than_the_web_login_has(cast):
    with transaction.atomic(), as_web():
        assert User.objects.get(username="teacher").check_password("a-long-invented-password")
