"""Taking back what was sent: it stays and is marked, leaves linking, and counts nowhere."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from intelligence import answering, evaluation, intake, people, review, sent, withdrawing
from intelligence.models import (
    Alarm,
    Decision,
    Link,
    Membership,
    Mention,
    MentionKey,
    Original,
    Report,
    Submission,
    Withdrawal,
)
from offenders.models import OffenderProfile
from partners.models import AuditEvent
from partners.policy import NotPermittedError
from problem_profile import measures
from tests.conftest import WebClient
from tests.factories import joined, submission, suspect, with_phone
from tests.scene import bearer
from tests.worlds import asking

KNOWN = joined({"persons": [suspect(given_names="Tariq")]}, with_phone())


@pytest.fixture
def two(cast, submit, process):
    """A nurse's report and a teacher's that a worker ties to one another."""
    found = [submit(submission(**KNOWN), by=by) for by in (cast.nurse, cast.teacher)]
    process()
    return [Submission.objects.get(pk=receipt.submission) for receipt in found]


def this_quarter():
    today = timezone.localdate()
    return measures.Quarter(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1))


def mention(row):
    return Mention.objects.get(submission=row)


def withdraw(row, by, reason="wrong"):
    with asking(by):
        return withdrawing.withdraw([row.pk], by=by, reason=reason)


def proposals(by):
    with asking(by):
        return review.proposals(by)


def together(*rows):
    found = Membership.objects.filter(mention__submission__in=rows).exclude(area=None)
    return len(set(found.values_list("cluster", flat=True))) == 1


def accept(cast):
    with asking(cast.analyst):
        for proposal in review.proposals(cast.analyst):
            review.decide(proposal.core, judgement="same", by=cast.analyst, reason="Clear.")


def test_what_is_withdrawn_leaves_linking_and_stays_on_record(cast, two, process):
    nurses, teachers = two
    assert len(proposals(cast.analyst)) == 1

    withdraw(teachers, cast.teacher)
    process()

    assert proposals(cast.analyst) == []
    assert not together(*two)
    assert not MentionKey.objects.filter(mention=mention(teachers)).exists()
    assert MentionKey.objects.filter(mention=mention(nurses)).exists()
    assert not Link.objects.exists()
    assert Original.objects.filter(submission=teachers).exists()
    log = AuditEvent.objects.get(verb="withdraw submission")
    assert (log.object_ids, log.reason) == ([teachers.pk], "What it says is wrong")


def test_what_comes_later_is_not_compared_with_it(cast, two, submit, process):
    for row, by in zip(two, (cast.nurse, cast.teacher), strict=True):
        withdraw(row, by)
    process()
    submit(submission(**KNOWN), by=cast.officer)
    process()

    assert proposals(cast.analyst) == []


def test_what_is_withdrawn_before_a_worker_comes_to_it_is_never_linked(cast, submit, process):
    receipts = [submit(submission(**KNOWN), by=by) for by in (cast.nurse, cast.teacher)]
    withdraw(Submission.objects.get(pk=receipts[1].submission), cast.teacher)
    process()

    assert Mention.objects.count() == 2
    assert not Link.objects.exists()


def test_what_people_decided_stays_decided_until_they_take_it_back(cast, two, process):
    accept(cast)
    process()
    withdraw(two[1], cast.teacher)
    process()
    assert together(*two)
    assert Link.objects.count() == 1

    with asking(cast.analyst):
        review.undo(Decision.objects.get().act, by=cast.analyst, reason="It was withdrawn.")
    process()
    assert not together(*two)
    assert not Link.objects.exists()


def test_it_counts_in_no_measure_and_puts_nobody_on_a_list(cast, two, process):
    accept(cast)
    process()
    quarter = this_quarter()
    kinds = {kind for _, kind in measures.people(quarter)}
    assert kinds == {measures.SUSPECTS}
    assert sum(map(len, measures.reports(quarter).values())) == 2

    withdraw(two[1], cast.teacher)
    process()
    assert sum(map(len, measures.reports(quarter).values())) == 1
    assert OffenderProfile.objects.filter(closed_at=None).count() == 1
    withdraw(two[0], cast.nurse)
    process()
    assert measures.people(quarter) == measures.reports(quarter) == {}
    assert not OffenderProfile.objects.filter(closed_at=None).exists()


def test_a_lead_withdraws_for_the_agency_and_once_is_enough(cast, two, process):
    assert withdraw(two[1], cast.head) == 1
    assert withdraw(two[1], cast.teacher, "mistake") == 0
    process()
    assert Withdrawal.objects.get().reason == "wrong"
    assert proposals(cast.analyst) == []


@pytest.mark.parametrize("who", ["colleague", "nurse", "analyst", "hub", "supervisor"])
def test_nobody_else_withdraws_it(cast, two, who):
    person, report = getattr(cast, who), Report.objects.get(submission=two[1])
    with asking(person), pytest.raises(NotPermittedError):
        withdrawing.withdraw([two[1].pk], by=person, reason="wrong")
    with pytest.raises(DatabaseError), asking(person):
        Withdrawal(report=report, reason="wrong", withdrawn_by=person).save(force_insert=True)


@pytest.mark.parametrize("login", ["cse_profile_web", "cse_profile_worker"])
def test_no_login_may_change_or_remove_a_withdrawal(db, login):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest('{UPDATE,DELETE,TRUNCATE}'::text[]) r "
            "WHERE has_table_privilege(%s, 'intelligence_withdrawal', r)",
            [login],
        )
        assert cursor.fetchall() == []


def test_it_is_let_out_to_nobody_and_nothing_more_is_asked(cast, two):
    report = Report.objects.get(submission=two[1])
    withdraw(two[1], cast.teacher)
    with asking(cast.supervisor):
        with pytest.raises(evaluation.NotShareableError):
            evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Case.")
        with pytest.raises(NotPermittedError):
            answering.ask(two[1], by=cast.supervisor, text="Which arcade?")


def test_the_page_of_sharing_offers_to_share_only_what_stands(cast, two, sign_in):
    address = f"/reports/{Report.objects.get(submission=two[1]).pk}/sharing/"
    page = sign_in(cast.supervisor)
    assert "Share with an agency" in page.get(address).content.decode()

    withdraw(two[1], cast.teacher)
    assert "Share with an agency" not in page.get(address).content.decode()


def test_a_question_about_what_is_withdrawn_waits_no_longer(cast, two):
    Submission.objects.update(received_at=timezone.now() - timedelta(days=2))
    two[1].refresh_from_db()
    with asking(cast.analyst):
        answering.ask(two[1], by=cast.analyst, text="Which arcade?")
    with asking(cast.teacher):
        assert answering.waiting(cast.teacher) == 1
    withdraw(two[1], cast.teacher)
    with asking(cast.teacher):
        assert answering.waiting(cast.teacher) == 0
        assert sent.stages([two[1]], cast.teacher) == {two[1].pk: "withdrawn"}


def test_it_is_marked_wherever_it_is_shown(cast, submit, process, sign_in):
    urgent = {"urgency": {"child_at_risk_now": "yes"}}
    receipts = [submit(submission(**KNOWN, **urgent), by=by) for by in (cast.nurse, cast.teacher)]
    process()
    two = [Submission.objects.get(pk=receipt.submission) for receipt in receipts]
    accept(cast)
    process()
    with asking(cast.analyst):
        person = people.person(mention(two[1]).pk, cast.analyst)
    page = sign_in(cast.teacher).post(f"/submissions/{two[1].pk}/withdraw/", {"reason": "twice"})
    assert page.status_code == 302
    process()

    report = Report.objects.get(submission=two[1])
    desk = sign_in(cast.analyst)
    for address in (
        "/reports/",
        f"/reports/{report.pk}/",
        f"/reports/{report.pk}/sharing/",
        f"/reports/{report.pk}/sender/",
        f"/people/{person.anchor}/",
        f"/profiles/{person.anchor}/split/",
    ):
        assert "withdrawn" in desk.get(address).content.decode().lower(), address
    assert "it was sent twice" in desk.get(f"/reports/{report.pk}/").content.decode()
    hub = sign_in(cast.hub)
    alarm = Alarm.objects.get(report=report)
    for address in ("/alarms/", f"/alarms/{alarm.pk}/"):
        assert "Withdrawn" in hub.get(address).content.decode(), address
    for address in ("/submissions/", f"/submissions/{two[1].pk}/"):
        assert "Withdrawn" in sign_in(cast.teacher).get(address).content.decode()


def test_withdrawing_without_a_reason_says_what_to_do(cast, two, sign_in):
    answer = sign_in(cast.teacher).post(f"/submissions/{two[1].pk}/withdraw/", {})
    assert answer.status_code == 400
    assert "Choose why you withdraw it." in answer.content.decode()


def test_what_was_withdrawn_is_sent_again_under_a_reference_of_its_own(cast, submit):
    payload = submission(reference="S-1")
    receipt = submit(payload, by=cast.teacher)
    with asking(cast.teacher):
        assert withdrawing.afresh(payload, by=cast.teacher) == payload
        withdrawing.withdraw([receipt.submission], by=cast.teacher, reason="wrong")
        fresh = withdrawing.afresh(payload, by=cast.teacher)
    assert fresh == payload | {"reference": "S-1 (2)"}


def test_a_receipt_is_not_given_again_for_what_was_taken_back(cast, submit):
    """A receipt means that the report will be read; this one will not be."""
    payload = submission()
    first = submit(payload, by=cast.teacher)
    withdraw(Submission.objects.get(pk=first.submission), cast.teacher)

    for by in (cast.teacher, cast.colleague):
        for sent_again in (payload, payload | {"narrative": "Mended."}):
            with pytest.raises(intake.WithdrawnError):
                submit(sent_again, by=by)
    assert Submission.objects.count() == 1


def test_a_program_hears_that_its_reference_was_taken_back(cast, submit):
    payload = submission()
    first = submit(payload, by=cast.teacher)
    withdraw(Submission.objects.get(pk=first.submission), cast.teacher)

    answer = WebClient().post(
        "/api/v1/submissions/",
        payload,
        content_type="application/json",
        headers=bearer(cast.teacher),
    )

    assert answer.status_code == 409
    assert [error["code"] for error in answer.json()["errors"]] == ["withdrawn"]


def test_another_agency_may_use_the_reference_of_what_was_taken_back(cast, submit):
    payload = submission()
    first = submit(payload, by=cast.teacher)
    withdraw(Submission.objects.get(pk=first.submission), cast.teacher)
    assert submit(payload, by=cast.nurse).created


# A correction takes the place of what it corrects.


@pytest.fixture
def corrected(cast, two, submit, process):
    """The teacher's report of `two`, and the correction of it: the earlier, the later."""
    earlier = two[1]
    again = submission(corrects=earlier.reference, **KNOWN)
    later = submit(again, by=cast.teacher).submission
    process()
    return earlier, Submission.objects.get(pk=later)


def test_a_correction_takes_the_place_of_what_it_corrects_and_is_linked_instead(
    cast, two, corrected
):
    earlier, later = corrected

    assert together(two[0], later)
    assert not MentionKey.objects.filter(mention=mention(earlier)).exists()
    assert not Link.objects.filter(Q(left=mention(earlier)) | Q(right=mention(earlier))).exists()
    assert Original.objects.filter(submission=earlier).exists()


def test_what_was_corrected_is_counted_once(cast, corrected):
    before = measures.reports(this_quarter())
    with asking(cast.analyst):
        for row in corrected:
            evaluation.confirm_grade(Report.objects.get(submission=row), by=cast.analyst)
    counted = measures.reports(this_quarter())

    added = {unit: counted[unit] - before.get(unit, set()) for unit in counted}
    assert [len(reports) for reports in added.values()] == [1]


def test_desk_and_sender_are_led_from_what_was_corrected_to_its_correction_and_back(
    cast, corrected, sign_in
):
    earlier, later = corrected
    reports = {row: Report.objects.get(submission=row) for row in corrected}
    desk, teacher = sign_in(cast.analyst), sign_in(cast.teacher)

    page = desk.get(f"/reports/{reports[earlier].pk}/").content.decode()
    assert "Corrected by its sender" in page
    assert f'href="/reports/{reports[later].pk}/"' in page
    page = desk.get(f"/reports/{reports[later].pk}/").content.decode()
    assert f'It corrects <a class="govuk-link" href="/reports/{reports[earlier].pk}/">' in page
    assert sent.stages([earlier, later], cast.teacher) == {
        earlier.pk: "corrected",
        later.pk: "received",
    }
    page = teacher.get(f"/submissions/{earlier.pk}/").content.decode()
    assert f'href="/submissions/{later.pk}/"' in page
    assert "/correct/" not in page


def test_a_correction_that_is_withdrawn_leaves_neither_standing(cast, corrected, process):
    earlier, later = corrected
    withdraw(later, cast.teacher)
    process()

    assert not MentionKey.objects.filter(mention__submission__in=corrected).exists()
    assert Withdrawal.objects.get(report__submission=earlier).reason == "corrected"


def test_what_a_colleague_sent_is_corrected_by_their_lead_and_by_nobody_else(cast, two, submit):
    earlier = two[1]
    again = submission(corrects=earlier.reference)
    with pytest.raises(intake.RefusedError):
        submit(again, by=cast.nurse)
    submit(again, by=cast.head)

    assert Withdrawal.objects.get().withdrawn_by == cast.head


def test_corrections_form_a_line_of_which_the_last_stands(cast, corrected, submit, process):
    """Whichever of the earlier ones it names: two that stood would count twice."""
    earlier, later = corrected
    last = submit(submission(corrects=earlier.reference, **KNOWN), by=cast.teacher).submission
    process()

    assert Submission.objects.get(pk=last).corrects_id == later.pk
    standing = Report.objects.filter(withdrawal=None).values_list("submission", flat=True)
    assert set(standing) & {earlier.pk, later.pk, last} == {last}


def test_the_log_says_that_it_was_corrected_and_by_what(corrected):
    earlier, later = corrected
    assert AuditEvent.objects.get(verb="correct submission").object_ids == [earlier.pk, later.pk]


def test_the_database_takes_nothing_for_corrected_without_a_correction(cast, two):
    report = Report.objects.get(submission=two[1])
    with pytest.raises(DatabaseError), asking(cast.teacher):
        Withdrawal(report=report, reason="corrected", withdrawn_by=cast.teacher).save(
            force_insert=True
        )


def test_sending_again_what_was_corrected_gets_its_receipt(cast, corrected, submit):
    """A file that is imported once more finds each of its lines known."""
    earlier, _ = corrected
    again = submit(earlier.original.payload, by=cast.teacher)
    assert (again.submission, again.created) == (earlier.pk, False)
    with asking(cast.teacher):
        again = withdrawing.afresh(earlier.original.payload, by=cast.teacher)

    assert again["reference"] == earlier.reference
