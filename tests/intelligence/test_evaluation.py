"""Grading and sharing: who may, what conditions forbid, and what ends."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from intelligence import evaluation, pointers
from intelligence.models import (
    Audience,
    Event,
    Group,
    Mention,
    Relation,
    Report,
    ReportGrant,
    Sighting,
    Statement,
)
from partners.models import AuditEvent, SharingAgreement
from partners.policy import NotPermittedError
from tests.factories import child, joined, submission, suspect, with_phone
from tests.worlds import asking

GRADE = {"source_evaluation": "1", "intelligence_assessment": "B", "handling_code": "P"}


@pytest.fixture
def report(cast, submit, process):
    """A nurse's report that names a suspect, before the desk of Dogger."""
    receipt = submit(submission(persons=[suspect(given_names="Tariq")]), by=cast.nurse)
    process()
    return Report.objects.get(submission=receipt.submission)


def acts(report, by, to):
    """Everything that may be done to a report at its desk."""
    return {
        "grade": lambda: evaluation.grade(report, by=by, **GRADE),
        "sanitise": lambda: evaluation.sanitise(report, by=by, text="A person was seen."),
        "share": lambda: evaluation.share(report, to=to.agency, by=by, reason="They help."),
        "open": lambda: evaluation.open_to(report, to=to, by=by, reason="Their case."),
    }


@pytest.mark.parametrize("act", ["grade", "sanitise", "share", "open"])
def test_a_report_that_is_not_before_ones_own_desk_is_refused_in_words(cast, report, act):
    """Asked as the owner of the tables, so that the policy answers alone."""
    cast.neighbour.role = "supervisor"
    cast.neighbour.save()
    evaluation.open_to(report, to=cast.neighbour, by=cast.supervisor, reason="Ask them.")

    with pytest.raises(NotPermittedError):
        acts(report, cast.neighbour, cast.head)[act]()


def test_the_desk_that_it_is_before_may_do_each(cast, report):
    with asking(cast.supervisor):
        for act in acts(report, cast.supervisor, cast.head).values():
            act()


def test_the_grade_form_is_shown_only_where_a_grade_would_be_taken(cast, report, sign_in):
    with asking(cast.supervisor):
        evaluation.open_to(report, to=cast.neighbour, by=cast.supervisor, reason="Ask them.")
    address = f"/reports/{report.pk}/"

    theirs = sign_in(cast.neighbour)
    assert "Save the grade" not in theirs.get(address).content.decode()
    assert theirs.post(address, GRADE).status_code == 403
    assert "Save the grade" in sign_in(cast.analyst).get(address).content.decode()


def test_an_agreement_that_has_run_out_pauses_receiving_and_never_submitting(
    cast, report, submit, sign_in
):
    with asking(cast.supervisor):
        for act in ("grade", "sanitise", "share"):
            acts(report, cast.supervisor, cast.head)[act]()
    head = sign_in(cast.head)
    assert head.get(f"/reports/{report.pk}/").status_code == 200

    yesterday = timezone.localdate() - timedelta(days=1)
    SharingAgreement.objects.filter(agency=cast.school).update(expires_on=yesterday)

    assert head.get(f"/reports/{report.pk}/").status_code == 404
    receipt = submit(submission(), by=cast.head)
    assert head.get(f"/submissions/{receipt.submission}/").status_code == 200
    SharingAgreement.objects.filter(agency=cast.school).delete()
    assert submit(submission(), by=cast.head).submission


def test_receiving_begins_again_with_a_new_agreement(cast, report, sign_in):
    with asking(cast.supervisor):
        for act in ("grade", "sanitise", "share"):
            acts(report, cast.supervisor, cast.head)[act]()
    SharingAgreement.objects.filter(agency=cast.school).delete()
    head = sign_in(cast.head)
    assert head.get(f"/reports/{report.pk}/").status_code == 404

    today = timezone.localdate()
    SharingAgreement.objects.create(
        agency=cast.school, title="New", starts_on=today, expires_on=today + timedelta(days=1)
    )
    assert head.get(f"/reports/{report.pk}/").status_code == 200


# What conditions forbid.


def regraded(report, by, *conditions, **options):
    with asking(by):
        evaluation.grade(
            Report.objects.get(pk=report.pk),
            by=by,
            source_evaluation="1",
            intelligence_assessment="B",
            handling_code="C",
            conditions=conditions,
            **options,
        )


def sees(person, report):
    """Does the policy let them, and does the database?"""
    policy_says = Report.objects.visible_to(person).filter(pk=report.pk).exists()
    with asking(person):
        database_says = Report.objects.filter(pk=report.pk).exists()
    assert policy_says == database_says
    return policy_says


@pytest.fixture
def let_out(cast, report):
    """The report shared with the school, and opened by name to its head, an investigator and a
    neighbour."""
    cast.neighbour.role = "investigator"
    cast.neighbour.save()
    until = timezone.now() + timedelta(days=7)
    with asking(cast.supervisor):
        for act in ("grade", "sanitise", "share"):
            acts(report, cast.supervisor, cast.head)[act]()
        for to in (cast.investigator, cast.neighbour, cast.nurse):
            evaluation.open_to(report, to=to, by=cast.supervisor, reason="Ask.", expires_at=until)
    assert sees(cast.head, report)
    return report


@pytest.mark.parametrize(
    ("condition", "agency", "neighbour", "investigator"),
    [
        ("agency_only", False, False, True),
        ("originator_consent", False, False, True),
        ("named_only", False, True, True),
        ("time_limited", False, True, True),
        ("sanitised_only", True, True, True),
        ("no_overt_action", True, True, True),
    ],
)
def test_a_new_grade_ends_what_its_conditions_forbid(
    cast, let_out, condition, agency, neighbour, investigator
):
    regraded(let_out, cast.analyst, condition)

    assert sees(cast.head, let_out) == agency
    assert sees(cast.neighbour, let_out) == neighbour
    assert sees(cast.investigator, let_out) == investigator
    assert sees(cast.nurse, let_out)
    assert sees(cast.analyst, let_out)


def test_each_ending_by_a_grade_is_a_row_of_the_log(cast, let_out):
    regraded(let_out, cast.analyst, "agency_only")

    ended = AuditEvent.objects.filter(operation="disclosure", actor=cast.analyst.pk)
    assert {(row.verb, *row.detail["recipients"]) for row in ended} == {
        ("end share of report", "silverpit-school"),
        ("close report to a person", str(cast.neighbour.pk)),
    }
    assert {row.reason for row in ended} == {"Graded 1 B C: agency_only"}


def test_the_page_says_whom_a_grade_will_close_off_before_it_is_saved(cast, let_out, sign_in):
    analyst, address = sign_in(cast.analyst), f"/reports/{let_out.pk}/"
    asked = GRADE | {"handling_code": "C", "conditions": ["agency_only"]}

    warned = analyst.post(address, asked)
    page = warned.content.decode()
    assert warned.status_code == 200
    assert "Silverpit School" in page
    assert "Neighbour of Ekofisk Police" in page
    assert "Investigator of" not in page
    assert sees(cast.head, let_out)

    told_of = [str(pk) for pk in warned.context["closing"].ids]
    assert analyst.post(address, asked | {"closing": told_of[:1]}).status_code == 200
    assert sees(cast.head, let_out)
    assert analyst.post(address, asked | {"closing": told_of}).status_code == 302
    assert not sees(cast.head, let_out)


def test_a_grade_that_closes_nobody_off_is_saved_at_once(cast, let_out, sign_in):
    asked = GRADE | {"handling_code": "C", "conditions": ["no_overt_action"]}
    assert sign_in(cast.analyst).post(f"/reports/{let_out.pk}/", asked).status_code == 302


def test_the_page_says_who_will_see_less_before_a_grade_is_saved(cast, of_child, sign_in):
    analyst, address = sign_in(cast.analyst), f"/reports/{of_child.pk}/"
    asked = GRADE | {"handling_code": "C", "conditions": ["sanitised_only"]}

    warned = analyst.post(address, asked)
    page = warned.content.decode()
    assert "Silverpit Council, the safeguarding hub" in page
    assert "Investigator of Dogger Police" in page
    assert "Closed off to those" not in page
    assert depth(cast.hub, of_child) > 0
    told_of = [str(pk) for pk in warned.context["closing"].ids]
    assert analyst.post(address, asked | {"closing": told_of}).status_code == 302
    assert depth(cast.hub, of_child) == 0
    # They see less already, so nobody is asked again.
    assert analyst.post(address, asked).status_code == 302


def test_nothing_is_let_out_past_its_conditions(cast, report):
    supervisor = cast.supervisor
    with asking(supervisor):
        evaluation.sanitise(report, by=supervisor, text="A person was seen.")
    regraded(report, supervisor, "originator_consent")
    for act, to in (("share", cast.head), ("open", cast.neighbour)):
        with pytest.raises(evaluation.NotShareableError), asking(supervisor):
            acts(report, supervisor, to)[act]()
    with asking(supervisor):
        acts(report, supervisor, cast.investigator)["open"]()
    regraded(report, supervisor, "time_limited")
    assert not sees(cast.investigator, report)
    for act in ("share", "open"):
        with pytest.raises(evaluation.NotShareableError), asking(supervisor):
            acts(report, supervisor, cast.head)[act]()


# Again, and no longer.


@pytest.mark.parametrize("hours", [-1, 1, None])
def test_what_was_shared_is_shared_again_whether_it_ran_out_or_not(cast, let_out, hours):
    supervisor, until = cast.supervisor, timezone.now() + timedelta(days=1)
    first = None if hours is None else timezone.now() + timedelta(hours=hours)
    for expires_at in (first, until):
        with asking(supervisor):
            evaluation.share(
                let_out, to=cast.school, by=supervisor, reason="Again.", expires_at=expires_at
            )
            evaluation.open_to(
                let_out, to=cast.colleague, by=supervisor, reason="Again.", expires_at=expires_at
            )

    assert Audience.objects.get(report=let_out, desk="shared").expires_at == until
    assert sees(cast.head, let_out)
    grants = ReportGrant.objects.filter(content_object=let_out, user=cast.colleague)
    assert [grant.expires_at for grant in grants.filter(revoked_at=None)] == [until]
    assert grants.count() == 2
    assert sees(cast.colleague, let_out)


def test_what_was_shared_is_taken_back_with_a_reason_by_anyone_at_its_desk(cast, let_out):
    shared = Audience.objects.get(report=let_out, desk="shared")
    grant = ReportGrant.objects.get(content_object=let_out, user=cast.neighbour)
    for _ in range(2):  # to end what has ended changes nothing, and tells nothing
        with asking(cast.analyst):
            evaluation.unshare(shared, by=cast.analyst, reason="Sent in error.")
            evaluation.close_to(grant, by=cast.analyst, reason="Sent in error.")

    assert not sees(cast.head, let_out)
    assert not sees(cast.neighbour, let_out)
    told = AuditEvent.objects.filter(operation="disclosure", reason="Sent in error.")
    assert [row.verb for row in told.order_by("seq")] == [
        "end share of report",
        "close report to a person",
    ]


def test_nobody_takes_back_what_is_not_before_their_desk(cast, let_out):
    shared = Audience.objects.get(report=let_out, desk="shared")
    force = Audience.objects.get(report=let_out, desk="force")
    grant = ReportGrant.objects.get(content_object=let_out, user=cast.investigator)
    ekofisk = cast.neighbour
    ekofisk.role = "supervisor"
    ekofisk.save()

    for by, row in ((ekofisk, shared), (cast.head, shared), (cast.supervisor, force)):
        with pytest.raises(NotPermittedError):
            evaluation.unshare(row, by=by, reason="Why not.")
    for by in (ekofisk, cast.investigator):
        with pytest.raises(NotPermittedError):
            evaluation.close_to(grant, by=by, reason="Why not.")


def changes(by, statement, *values):
    """How many rows the database changes for `by`; the refusal where it refuses."""
    try:
        with transaction.atomic():
            with asking(by), connection.cursor() as cursor:
                cursor.execute(statement, values)
                changed = cursor.rowcount
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return changed


def test_the_database_lets_nobody_stretch_what_was_let_out(cast, let_out):
    stretch = "UPDATE intelligence_audience SET expires_at = NULL WHERE desk = 'shared'"
    reopen = "UPDATE intelligence_reportgrant SET revoked_at = NULL"
    end = "UPDATE intelligence_audience SET expires_at = now() WHERE desk = 'shared'"

    assert changes(cast.supervisor, stretch) == 1
    assert "row-level security" in changes(cast.analyst, stretch)
    assert "row-level security" in changes(cast.supervisor, reopen)
    assert changes(cast.analyst, end) == 1
    assert changes(cast.head, end) == 0
    regraded(let_out, cast.analyst, "named_only")
    assert "row-level security" in changes(cast.supervisor, stretch)


# How deep conditions let a reader see.

GIVES = (Statement, Mention, Sighting, Event, Group, Relation)


def depth(person, report):
    """How many rows of what the report gives the policy opens, and the database."""
    of = {"report": report}
    by_policy = [model.objects.visible_to(person).filter(**of).count() for model in GIVES]
    with asking(person):
        assert [model.objects.filter(**of).count() for model in GIVES] == by_policy
    return sum(by_policy)


@pytest.fixture
def of_child(cast, submit, process):
    """A report that names a child at risk and a suspect with a phone."""
    people = {"persons": [child(given_names="Una", age_from=14, age_to=15)]}
    receipt = submit(
        submission(
            urgency={"child_at_risk_now": "yes"},
            statements=[{"ref": "s1", "text": "She was seen.", "basis": "observed"}],
            **joined(people, {"persons": [suspect(given_names="Tariq")]}, with_phone()),
        ),
        by=cast.nurse,
    )
    process()
    report = Report.objects.get(submission=receipt.submission)
    with asking(cast.supervisor):
        evaluation.grade(report, by=cast.supervisor, **GRADE)
        evaluation.sanitise(report, by=cast.supervisor, text="A person was seen.")
        evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Her case.")
        evaluation.share(report, to=cast.school, by=cast.supervisor, reason="Her school.")
    return Report.objects.get(pk=report.pk)


@pytest.mark.parametrize(
    ("condition", "hub", "by_name"),
    [
        ("sanitised_only", False, False),
        ("named_only", False, True),
        ("agency_only", False, True),
        ("originator_consent", False, True),
        ("not_subject_or_family", True, True),
        ("no_action_without_originator", True, True),
        ("no_overt_action", True, True),
    ],
)
def test_what_a_report_gives_follows_its_conditions(cast, of_child, condition, hub, by_name):
    everything = depth(cast.analyst, of_child)
    assert depth(cast.hub, of_child) == depth(cast.investigator, of_child) == everything > 4
    regraded(of_child, cast.supervisor, condition)

    assert depth(cast.hub, of_child) == (everything if hub else 0)
    assert depth(cast.investigator, of_child) == (everything if by_name else 0)
    assert depth(cast.analyst, of_child) == everything
    assert depth(cast.head, of_child) == 0
    assert sees(cast.hub, of_child)
    assert sees(cast.investigator, of_child)


def test_a_report_that_may_put_someone_at_risk_is_closed_to_the_hub_from_the_first_moment(
    cast, submit, process
):
    receipt = submit(
        submission(persons=[child(given_names="Una")], sharing={"risk_if_shared": True}),
        by=cast.nurse,
    )
    process()
    report = Report.objects.get(submission=receipt.submission)

    assert sees(cast.hub, report)
    assert depth(cast.hub, report) == 0


def test_the_hub_is_pointed_to_a_child_whose_report_is_closed_to_it(cast, of_child, sign_in):
    regraded(of_child, cast.supervisor, "sanitised_only")
    mention = Mention.objects.get(report=of_child, ref="c1")

    page = sign_in(cast.hub).get(f"/reports/{of_child.pk}/").content.decode()
    assert f"YP-{mention.pk.hex[:8].upper()}" in page
    assert "age 14 to 15" in page
    assert "The sender said that a child is at risk now." in page
    assert f"call the intelligence desk of Dogger Police and quote {of_child.number}" in page
    assert "A person was seen." in page
    for word in ("Una", "Tariq", "900482", "She was seen", "Seen near the arcade"):
        assert word not in page


def test_nobody_but_the_hub_is_pointed_to_a_child(cast, of_child):
    regraded(of_child, cast.supervisor, "sanitised_only")
    of_child.refresh_from_db()

    def told(person):
        with asking(person), connection.cursor() as cursor:
            cursor.execute("SELECT code FROM ctx.young_people(%s)", [of_child.pk])
            return len(cursor.fetchall()), pointers.for_hub(of_child, to=person) is not None

    assert told(cast.hub) == (1, True)
    for person in (cast.head, cast.investigator, cast.nurse, cast.neighbour, cast.auditor):
        assert told(person) == (0, False)
    Audience.objects.filter(report=of_child, desk="mash").delete()
    assert told(cast.hub) == (0, False)


def test_the_hub_sees_a_report_whose_conditions_let_it_as_it_did(cast, of_child, sign_in):
    regraded(of_child, cast.supervisor, "no_overt_action")

    page = sign_in(cast.hub).get(f"/reports/{of_child.pk}/").content.decode()
    assert "keep what this report says with the police" not in page
    assert "Tariq" in page


def test_nothing_is_opened_by_name_where_nothing_could_be_read(cast, report):
    regraded(report, cast.supervisor, "sanitised_only")

    with pytest.raises(evaluation.NotShareableError), asking(cast.supervisor):
        acts(report, cast.supervisor, cast.investigator)["open"]()


# The page on which the desk does it.


def test_the_page_shows_who_has_a_report_until_when_and_ends_it(cast, let_out, sign_in):
    analyst, address = sign_in(cast.analyst), f"/reports/{let_out.pk}/sharing/"
    shared = Audience.objects.get(report=let_out, desk="shared")
    page = analyst.get(address).content.decode()
    assert "Silverpit School" in page
    assert "without an end" in page
    assert "Neighbour, Ekofisk Police" in page
    assert "Share with an agency" not in page  # to open takes another role than to end

    without_reason = analyst.post(address, {"end": str(shared.pk)})
    assert without_reason.status_code == 400
    assert "Give a reason." in without_reason.content.decode()
    assert sees(cast.head, let_out)
    end = {"end": str(shared.pk), f"{shared.pk}-reason": "Sent in error."}
    for _ in range(2):
        assert analyst.post(address, end).status_code == 302
    assert not sees(cast.head, let_out)
    assert "Silverpit School" not in analyst.get(address).content.decode()


def test_the_page_writes_the_text_shares_and_opens_without_scripts(cast, report, sign_in):
    supervisor, address = sign_in(cast.supervisor), f"/reports/{report.pk}/sharing/"
    to_school = {"share-agency": str(cast.school.pk), "share-reason": "Hers.", "share": "yes"}
    refused = supervisor.post(address, to_school)
    assert refused.status_code == 400
    assert "Grade and sanitise the report" in refused.content.decode()

    regraded(report, cast.supervisor, "time_limited")
    supervisor.post(address, {"sanitise-text": "A person was seen.", "sanitise": "yes"})
    assert supervisor.post(address, to_school).status_code == 400
    today = timezone.localdate()
    assert supervisor.post(address, to_school | {"share-until": "2020-01-01"}).status_code == 400
    assert supervisor.post(address, to_school | {"share-until": str(today)}).status_code == 302
    assert sees(cast.head, report)
    opening = {"open-reason": "Hers.", "open-until": str(today), "open": "yes"}
    for nobody in ("nobody", "auditor", "teacher"):
        assert supervisor.post(address, opening | {"open-person": nobody}).status_code == 400
    assert supervisor.post(address, opening | {"open-person": "investigator"}).status_code == 302
    assert sees(cast.investigator, report)


def test_an_analyst_shares_nothing_on_the_page_either(cast, let_out, sign_in):
    asked = {"share-agency": str(cast.school.pk), "share-reason": "Hers.", "share": "yes"}
    assert sign_in(cast.analyst).post(f"/reports/{let_out.pk}/sharing/", asked).status_code == 403
