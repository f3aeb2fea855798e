import re
import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from intelligence import answering, evaluation, review, sent
from intelligence.models import Audience, Outcome, Question, Report, Submission
from partners import context
from partners.models import Agency, User
from tests.conftest import WebClient, as_web
from tests.factories import PHONE, joined, submission, suspect, with_phone
from tests.intelligence.test_reports import copy_reports, most_rows_read, recorded
from tests.scene import bearer

OTHER_PHONE = "07700 900337"


def listed(person, after="", **options):
    with as_web(), context.acting_as(person):
        return sent.page(to=person, after=after, **options)


def references(person):
    return [row.reference for row in listed(person).rows]


def test_a_practitioner_sees_what_they_sent_and_a_lead_what_their_agency_sent(cast, submit):
    submit(submission(reference="mine"), by=cast.teacher)
    submit(submission(reference="theirs"), by=cast.colleague)
    submit(submission(reference="heads"), by=cast.head)
    submit(submission(reference="clinic"), by=cast.nurse)

    assert references(cast.teacher) == ["mine"]
    assert references(cast.head) == ["heads", "theirs", "mine"]
    assert references(cast.analyst) == []


def test_pages_follow_one_another(cast, submit):
    for number in range(7):
        submit(submission(reference=str(number)), by=cast.teacher)

    found, after = [], ""
    for _ in range(3):
        page = listed(cast.head, after, at_most=3)
        found += [row.reference for row in page.rows]
        after = page.after
    assert found == [str(number) for number in range(6, -1, -1)]
    assert after == ""


def test_a_submission_of_which_two_reports_were_made_is_listed_once(cast, submit):
    for number in range(3):
        submit(submission(reference=str(number)), by=cast.teacher)
    for report in list(Report.objects.all()):
        rows = list(Audience.objects.filter(report=report))
        report.pk = None
        report._state.adding = True
        report.id = Report().id
        report.save(force_insert=True)
        for row in rows:
            row.pk, row.report = Audience().pk, report
            row.save(force_insert=True)

    first = listed(cast.head, at_most=2)
    assert [row.reference for row in first.rows] == ["2", "1"]
    assert [row.reference for row in listed(cast.head, first.after, at_most=2).rows] == ["0"]


def test_a_page_reads_no_more_of_a_long_list_than_it_shows(cast, submit):
    submit(submission(), by=cast.teacher)
    copy_reports(12_000)
    middle = Submission.objects.order_by("received_at")[6000].received_at
    for person in (cast.head, cast.teacher):
        for after in ("", f"{middle.isoformat()}_{'f' * 32}"):
            with recorded() as statements:
                assert len(listed(person, after).rows) == sent.PAGE
            assert most_rows_read(person, statements) <= 8 * sent.PAGE


def neutral(page: str, receipt) -> str:
    """What a page says, without what is the submission's own: ids, reference, number, hour."""
    report = Report.objects.get(submission=receipt.submission)
    own = (str(receipt.submission), str(report.pk), report.number, receipt.reference)
    for word in (*own, PHONE, OTHER_PHONE):
        page = page.replace(word, "…")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return re.sub(r"\d{1,2}(:\d\d)? ?[ap]\.m\.", "", page)


def pages_of_sender(cast, sign_in, receipt) -> list[str]:
    """All that the teacher, and the head of the school, may read of one submission."""
    report = Report.objects.get(submission=receipt.submission)
    asked = [
        (cast.teacher, "/submissions/"),
        (cast.teacher, f"/submissions/{receipt.submission}/"),
        (cast.head, "/submissions/"),
        (cast.head, f"/submissions/{receipt.submission}/"),
        (cast.head, "/reports/"),
        (cast.head, f"/reports/{report.pk}/"),
    ]
    found = []
    for person, address in asked:
        page = sign_in(person).get(address)
        assert page.status_code == 200, address
        text = page.content.decode()
        if address in {"/submissions/", "/reports/"}:
            rows = re.findall(r"<tr.*?</tr>|<li.*?</li>", text, re.S)
            text = next(
                row for row in rows if str(receipt.submission) in row or report.number in row
            )
        found.append(neutral(text, receipt))
    return found


def accept_everything(cast, *, answers=True):
    """The desk decides and grades what matched and writes what may be shared of it; with
    `answers`, it also asks its sender and tells them that it was used.
    """
    with as_web(), context.acting_as(cast.analyst):
        for proposal in review.proposals(cast.analyst):
            review.decide(proposal.core, judgement="same", by=cast.analyst, reason="Clear.")
        for report in Report.objects.exclude(graded_at=None):
            evaluation.sanitise(report, by=cast.analyst, text="A person uses a telephone.")
            if answers and report.agency_id == cast.school.pk:
                answering.ask(report.submission, by=cast.analyst, text="Whose phone is it?")
                answering.release(report.submission, by=cast.analyst, phrase="used")


def later(hours: float) -> None:
    """So many hours go by."""
    for model in (Submission, Report, Audience):
        model.objects.update(received_at=F("received_at") - timedelta(hours=hours))
    for model, written in ((Question, "asked_at"), (Outcome, "released_at")):
        ago = {name: F(name) - timedelta(hours=hours) for name in (written, "shown_from")}
        model.objects.update(**ago)


def send_two(cast, submit, process):
    """The teacher's two: one that matches what the clinic has sent, and one that does not."""
    known = joined({"persons": [suspect()]}, with_phone())
    other = joined({"persons": [suspect()]}, with_phone(OTHER_PHONE))
    submit(submission(**known), by=cast.nurse)
    two = [submit(submission(**parts), by=cast.teacher) for parts in (known, other)]
    process()
    return two


def told_by_the_api(cast, receipt) -> dict[str, str]:
    """All that the API tells the teacher of one submission, but its own id, name and hour."""
    one = WebClient().get(
        f"/api/v1/submissions/{receipt.submission}/", headers=bearer(cast.teacher)
    )
    listed = WebClient().get("/api/v1/submissions/", headers=bearer(cast.teacher)).json()
    assert one.json() in listed
    return one.json() | dict.fromkeys(("id", "reference", "received_at"), "…")


def test_for_a_day_a_sender_cannot_tell_what_matched_from_what_did_not(
    cast, submit, process, sign_in
):
    matching, other = send_two(cast, submit, process)
    assert Report.objects.get(submission=matching.submission).graded_at is None
    accept_everything(cast)
    process()
    assert Report.objects.get(submission=matching.submission).graded_at is not None
    assert Report.objects.get(submission=other.submission).graded_at is None

    for hours in (0, 23.9):
        later(hours)
        pages = pages_of_sender(cast, sign_in, matching)
        assert pages == pages_of_sender(cast, sign_in, other)
        assert all("Received" in page for page in pages)
        assert not any("Used" in page or "reviewed" in page for page in pages)
        assert told_by_the_api(cast, matching) == told_by_the_api(cast, other)
        assert "for you" not in sign_in(cast.teacher).get("/").content.decode()
        question = Question.objects.get(submission=matching.submission)
        for address in (f"/questions/{question.pk}/", f"/questions/{uuid.uuid4()}/"):
            assert sign_in(cast.teacher).get(address).status_code == 404


def test_after_a_day_a_sender_is_told_what_the_desk_released_and_asked(
    cast, submit, process, sign_in
):
    matching, other = send_two(cast, submit, process)
    accept_everything(cast)
    process()
    later(24.1)

    teacher = sign_in(cast.teacher)
    page = teacher.get(f"/submissions/{matching.submission}/").content.decode()
    assert "Question for you" in page
    assert "Whose phone is it?" in page
    assert "Your report was used. Thank you." in page
    assert "1 question for you" in teacher.get("/").content.decode()
    assert "Being reviewed" in teacher.get(f"/submissions/{other.submission}/").content.decode()
    assert told_by_the_api(cast, matching)["status"] == "question"
    report = Report.objects.get(submission=matching.submission)
    for address in ("/reports/", f"/reports/{report.pk}/"):
        assert "Question for you" in sign_in(cast.head).get(address).content.decode()


def test_a_grade_that_an_accepted_link_confirmed_is_never_shown_to_its_senders(
    cast, submit, process, sign_in
):
    """Two reports of one school, of which one matched, look alike however long it is ago."""
    matching, other = send_two(cast, submit, process)
    accept_everything(cast, answers=False)
    process()
    assert Report.objects.get(submission=matching.submission).graded_at is not None

    for hours in (0, 24.1, 24 * 60):
        later(hours)
        pages = pages_of_sender(cast, sign_in, matching)
        assert pages == pages_of_sender(cast, sign_in, other)
        assert not any("telephone" in page for page in pages)
        assert told_by_the_api(cast, matching) == told_by_the_api(cast, other)
    assert all("Being reviewed" in page for page in pages)


@pytest.mark.parametrize("who", ["head", "teacher", "analyst_of_elsewhere"])
def test_whoever_only_sent_a_report_reads_neither_its_grade_nor_its_conditions(
    cast, submit, sign_in, who
):
    person = cast.head if who == "head" else cast.teacher
    receipt = submit(submission(), by=cast.teacher)
    report = Report.objects.get(submission=receipt.submission)
    with as_web(), context.acting_as(cast.analyst):
        evaluation.grade(
            report,
            by=cast.analyst,
            source_evaluation="1",
            intelligence_assessment="B",
            handling_code="C",
            conditions=["agency_only"],
        )
    later(24.1)
    if who == "analyst_of_elsewhere":  # who works at a desk, and not at this report's
        desk = Agency.objects.get(code="ekofisk-police")
        User.objects.filter(pk=person.pk).update(role="analyst", agency=desk)
        person.refresh_from_db()
    elif person == cast.teacher:
        User.objects.filter(pk=person.pk).update(role="investigator")
        person.refresh_from_db()

    client = sign_in(person)
    whole = client.get(f"/reports/{report.pk}/").content.decode()
    listed = client.get("/reports/").content.decode()
    assert report.number in listed
    for word in ("1 B C", "Graded", "suggested", "onditions", "Handling"):
        assert word not in whole, word
        assert word not in listed, word


def test_that_a_grade_was_confirmed_tells_a_sender_nothing(cast, submit, process, sign_in):
    """Accepting a link confirms it: a status that followed would say that something matched."""
    receipt = submit(submission(), by=cast.teacher)
    process()
    with as_web(), context.acting_as(cast.analyst):
        evaluation.sanitise(Report.objects.get(), by=cast.analyst, text="Seen near an arcade.")
        evaluation.grade(
            Report.objects.get(),
            by=cast.analyst,
            source_evaluation="1",
            intelligence_assessment="A",
            handling_code="P",
        )
    later(24.1)

    assert told_by_the_api(cast, receipt)["status"] == "reviewing"


def test_the_desk_and_those_a_report_is_opened_to_wait_for_nothing(cast, submit, process, sign_in):
    matching, _ = send_two(cast, submit, process)
    accept_everything(cast)
    report = Report.objects.get(submission=matching.submission)
    with as_web(), context.acting_as(cast.supervisor):
        evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Their case.")

    for person in (cast.analyst, cast.investigator):
        assert "Graded" in sign_in(person).get(f"/reports/{report.pk}/").content.decode()
