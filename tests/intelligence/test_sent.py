from intelligence import sent
from intelligence.models import Audience, Report, Submission
from partners import context
from tests.conftest import as_web
from tests.factories import submission
from tests.intelligence.test_reports import copy_reports, most_rows_read, recorded


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
