from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from intelligence import evaluation, newest, reports
from intelligence.models import Audience, Report, Submission
from partners import context
from partners.models import User
from tests.conftest import as_web
from tests.factories import child, submission


def listed(person, after=""):
    with as_web(), context.acting_as(person):
        return reports.page(to=person, after=after)


def leafed(person):
    """Every report of every page, in the order in which they come."""
    found, after = [], ""
    while True:
        page = listed(person, after)
        found += [report.pk for report in page.rows]
        after = page.after
        if not after:
            return found


def graded(report, by):
    evaluation.grade(
        report,
        by=by,
        source_evaluation="2",
        intelligence_assessment="C",
        handling_code="P",
        conditions=[],
    )
    Report.objects.filter(pk=report.pk).update(text="A sanitised account.")
    return Report.objects.get(pk=report.pk)


def world(cast, submit):
    """Reports of three senders; one shared with the school, one opened to the investigator."""
    for by in (cast.teacher, cast.head, cast.nurse):
        submit(submission(), by=by)
        submit(submission(persons=[child()]), by=by)
    submit(submission(force_area="ekofisk"), by=cast.analyst)
    of_clinic = Report.objects.filter(agency=cast.clinic).order_by("pk")
    shared = graded(of_clinic[0], cast.intelligence_officer)
    evaluation.share(
        shared, to=cast.school, by=cast.intelligence_officer, reason="They know the family."
    )
    opened = graded(of_clinic[1], cast.supervisor)
    evaluation.open_to(opened, to=cast.investigator, by=cast.supervisor, reason="Assigned.")


def test_everyone_is_listed_exactly_the_reports_that_the_policy_lets_them_see(cast, submit):
    world(cast, submit)

    for person in User.objects.select_related("agency__area"):
        visible = set(Report.objects.visible_to(person).values_list("pk", flat=True))
        page = listed(person)
        assert ({r.pk for r in page.rows}, page.count) == (visible, len(visible)), person.username
    assert len(leafed(cast.analyst)) == 7
    assert len(leafed(cast.head)) == 5
    assert len(leafed(cast.investigator)) == 1


def test_the_list_ends_with_the_sharing_and_with_the_agreement(cast, submit):
    world(cast, submit)
    shared = Audience.objects.filter(desk="shared")
    assert len(leafed(cast.head)) == 5

    shared.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert len(leafed(cast.head)) == 4

    shared.update(expires_at=None)
    cast.school.agreements.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert len(leafed(cast.head)) == 4


def test_pages_follow_one_another_without_gap_or_repetition_where_times_are_equal(
    cast, submit, monkeypatch
):
    monkeypatch.setattr(reports, "PAGE", 3)
    for _ in range(11):
        submit(submission(), by=cast.head)
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    later = Report.objects.order_by("pk").values("pk")[:2]
    for rows in (Report.objects.all(), Audience.objects.all()):
        rows.update(received_at=moment)
    Report.objects.filter(pk__in=later).update(received_at=moment + timedelta(hours=1))
    Audience.objects.filter(report__in=later).update(received_at=moment + timedelta(hours=1))

    expected = [r.pk for r in Report.objects.order_by("-received_at", "-pk")]
    assert leafed(cast.analyst) == expected
    assert leafed(cast.head) == expected  # who is in the audience twice, as sender and as lead


def test_the_count_stops_at_the_cap(cast, submit, monkeypatch):
    monkeypatch.setattr(newest, "CAP", 2)
    for _ in range(2):
        submit(submission(), by=cast.head)
    assert listed(cast.head).counted == "2"

    for _ in range(3):
        submit(submission(), by=cast.head)
    assert listed(cast.head).counted == "more than 2"


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01", "2026-01-01T00:00:00_x", "9999-12-31T23:59:59-14:00_zz", "\x00_"]
)
def test_a_place_that_is_none_begins_at_the_top(cast, submit, after):
    submit(submission(), by=cast.teacher)

    assert len(listed(cast.analyst, after).rows) == 1


def test_a_place_before_everything_is_the_end(cast, submit):
    submit(submission(), by=cast.teacher)

    page = listed(cast.analyst, "0001-01-01T00:00:00+00:00_" + "0" * 32)
    assert (page.rows, page.after, page.count) == ([], "", 1)


def test_a_page_reads_no_more_of_a_long_list_than_it_shows(cast, submit):
    """What keeps the list flat: ranges of an index in the order shown, never a whole range."""
    submit(submission(), by=cast.teacher)
    copy_reports(12_000)
    for person in (cast.analyst, cast.head, cast.teacher):
        middle = Audience.objects.order_by("received_at")[9000].received_at
        for after in ("", f"{middle.isoformat()}_{'f' * 32}"):
            with recorded() as statements:
                assert len(listed(person, after).rows) == reports.PAGE
            assert most_rows_read(person, statements) <= 4 * reports.PAGE


def copy_reports(times):
    """The one report there is, `times` over, a minute apart, as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMP TABLE copies ON COMMIT DROP AS SELECT n, gen_random_uuid() AS submission,
                 gen_random_uuid() AS report, n * interval '1 minute' AS earlier
               FROM generate_series(1, %s) n""",
            [times],
        )
        for model, changed in (
            (Submission, {"id": "submission", "reference": "'C-' || n"}),
            (Report, {"id": "report", "submission_id": "submission"}),
            (
                Audience,
                {"id": "gen_random_uuid()", "report_id": "report", "submission_id": "submission"},
            ),
        ):
            columns = [str(field.column) for field in model._meta.local_fields]
            changed["received_at"] = "received_at - earlier"
            chosen = ", ".join(changed.get(column, f"one.{column}") for column in columns)
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} "
                f"FROM (SELECT * FROM {table}) one, copies"
            )
            cursor.execute(f"ANALYZE {table}")


@contextmanager
def recorded():
    """The statements about intelligence that are sent meanwhile, but for counts."""
    found = []

    def record(execute, statement, parameters, many, info):
        if '"intelligence_' in statement and "COUNT(" not in statement:
            found.append((statement, parameters))
        return execute(statement, parameters, many, info)

    with connection.execute_wrapper(record):
        yield found


def most_rows_read(person, statements):
    """The most rows that any one step of these statements reads."""
    with as_web(), context.acting_as(person), connection.cursor() as cursor:
        plans = []
        for statement, parameters in statements:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            plans.append(cursor.fetchone()[0][0]["Plan"])
    return max(read for plan in plans for read in rows_read(plan))


def rows_read(plan):
    yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    for step in plan.get("Plans", ()):
        yield from rows_read(step)
