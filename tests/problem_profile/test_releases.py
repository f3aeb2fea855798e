"""From accepted links to what a commissioner reads."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from intelligence import evaluation, review
from intelligence.models import Mention, Report, Submission
from partners import context
from partners.models import AuditEvent
from problem_profile import measures, publication
from problem_profile.measures import SUSPECTS, Quarter
from problem_profile.models import Figure, Release
from tests.conftest import as_web
from tests.factories import joined, submission, suspect, with_phone

AREA = "Dogger"


@pytest.fixture
def day() -> date:
    """A day in the quarter after this one."""
    return Quarter(_first(timezone.localdate())).ends_before


def _first(today: date) -> date:
    return date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)


def send(submit, by, number: int, **details):
    phone = f"07700 900{number:03}"
    parts = joined({"persons": [suspect(given_names="Abel", **details)]}, with_phone(phone))
    return submit(submission(**parts), by=by)


def accept_all(cast) -> None:
    with transaction.atomic(), as_web(), context.acting_as(cast.analyst):
        for report in Report.objects.visible_to(cast.analyst):
            evaluation.confirm_grade(report, by=cast.analyst)


def persons(day: date) -> int:
    return len(measures.people(Quarter.before(day)).get((AREA, SUSPECTS), set()))


@pytest.mark.parametrize(
    ("day", "starts_on"),
    [
        (date(2026, 1, 1), date(2025, 10, 1)),
        (date(2026, 3, 31), date(2025, 10, 1)),
        (date(2026, 4, 1), date(2026, 1, 1)),
        (date(2026, 11, 24), date(2026, 7, 1)),
    ],
)
def test_the_quarter_before_a_day_is_the_last_that_was_over(day, starts_on):
    assert Quarter.before(day).starts_on == starts_on


def test_a_quarter_begins_at_midnight_in_london():
    start, end = Quarter(date(2026, 4, 1)).moments
    london = ZoneInfo("Europe/London")

    assert (start, end) == (
        datetime(2026, 4, 1, tzinfo=london),
        datetime(2026, 7, 1, tzinfo=london),
    )


def test_nobody_counts_before_a_report_of_them_is_accepted(cast, submit, process, day):
    send(submit, cast.teacher, 1)
    process()
    assert persons(day) == 0

    accept_all(cast)
    assert persons(day) == 1


def test_two_mentions_count_as_one_person_once_an_analyst_accepts_their_link(
    cast, submit, process, day
):
    for sender in (cast.teacher, cast.nurse):
        send(submit, sender, 1, family_name="Invented")
    process()
    accept_all(cast)
    assert persons(day) == 2

    with transaction.atomic(), as_web(), context.acting_as(cast.analyst):
        waiting = review.queue(cast.analyst)
        review.decide(waiting[0].core, judgement="same", by=cast.analyst)
    process()
    assert persons(day) == 1


def test_what_is_held_to_be_false_does_not_count(cast, submit, process, day):
    send(submit, cast.teacher, 1)
    process()
    with transaction.atomic(), as_web(), context.acting_as(cast.analyst):
        evaluation.grade(
            Report.objects.get(),
            by=cast.analyst,
            source_evaluation="3",
            intelligence_assessment="E",
            handling_code="P",
        )

    assert persons(day) == 0


def test_an_allegation_that_was_discounted_does_not_count(cast, submit, process, day):
    send(submit, cast.teacher, 1, role_status="discounted")
    send(submit, cast.teacher, 2, family_name="Invented", role_status="alleged")
    process()
    accept_all(cast)

    assert persons(day) == 1


@pytest.fixture
def twelve(cast, submit, process):
    """Twelve accepted reports of twelve persons who share nothing."""
    for number in range(12):
        send(
            submit, cast.teacher, 100 + 17 * number, family_name=f"Invented{'abcdefghijkl'[number]}"
        )
    process()
    accept_all(cast)


def figures(release: Release) -> dict[tuple[str, str], int | None]:
    rows = Figure.objects.filter(release=release)
    return {(row.row, row.column): row.value for row in rows}


def test_a_release_holds_gated_figures_only(twelve, day):
    release = publication.publish(as_at=day).release

    held = figures(release)
    assert held[AREA, SUSPECTS] in {10, 15}
    assert held["Ekofisk", SUSPECTS] is None
    assert {value for value in held.values() if value is not None} <= {10, 15}
    assert AuditEvent.objects.filter(operation="disclosure", object_ids=[release.pk]).exists()


def test_publishing_again_publishes_nothing_new(twelve, day):
    first = publication.publish(as_at=day)
    again = publication.publish(as_at=day)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.release == first.release


def test_one_more_person_is_not_told_by_a_new_edition(twelve, cast, submit, process, day):
    first = publication.publish(as_at=day)
    send(submit, cast.nurse, 777, family_name="Other")
    process()
    accept_all(cast)
    again = publication.publish(as_at=day)

    assert persons(day) == 13
    assert again.release == first.release


def test_the_database_keeps_no_ungated_figure(twelve, day):
    release = publication.publish(as_at=day).release

    for value in (3, 12):
        with pytest.raises(DatabaseError), transaction.atomic():
            Figure.objects.create(release=release, table="t", row="r", column="c", value=value)


def test_no_login_may_write_or_change_a_release(db):
    for table in ("problem_profile_release", "problem_profile_figure"):
        for login in ("cse_profile_web", "cse_profile_worker"):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT r FROM unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) r "
                    "WHERE has_table_privilege(%s, %s, r)",
                    [login, table],
                )
                assert cursor.fetchall() == []


def test_a_commissioner_reads_releases_and_nothing_else(twelve, cast, sign_in, day):
    release = publication.publish(as_at=day).release
    browser = sign_in(cast.commissioner)

    page = browser.get(f"/figures/{release.pk}/")
    assert page.status_code == 200
    assert "not shown" in page.content.decode()
    closed = ["/reports/", "/review/", "/people/", "/young-people/", "/submissions/", "/audit/"]
    assert {browser.get(address).status_code for address in closed} == {403}
    assert sign_in(cast.teacher).get("/figures/").status_code == 403


def moved_to_the_quarter_before() -> date:
    """Have all that was received, and what was published of it, be of the last quarter."""
    today = timezone.localdate()
    received, _ = Quarter.before(today).moments
    for model in (Submission, Report, Mention):
        model._base_manager.update(received_at=received)
    return today


def test_a_release_of_a_quarter_that_is_not_over_says_so_until_it_is(twelve, cast, sign_in, day):
    early = publication.publish(as_at=day).release
    browser = sign_in(cast.commissioner)
    assert early.is_provisional
    for address in ("/figures/", f"/figures/{early.pk}/"):
        assert "Provisional" in browser.get(address).content.decode()

    today = moved_to_the_quarter_before()
    quarter = Quarter.before(today)
    Release.objects.update(quarter=quarter.starts_on, published_at=quarter.moments[0])
    final = publication.publish(as_at=today)
    assert (final.is_new, final.release.edition, final.release.is_provisional) == (True, 2, False)
    assert figures(final.release) == figures(early)
    assert not publication.publish(as_at=today).is_new
    page = browser.get(f"/figures/{final.release.pk}/").content.decode()
    assert "Provisional" not in page


def test_of_a_quarter_that_has_not_begun_nothing_is_published(twelve, day):
    later = Quarter.of(day).ends_before
    with pytest.raises(CommandError, match="has not begun"):
        call_command("publish_release", as_at=later.isoformat())
    assert not Release.objects.exists()


def test_the_command_says_what_it_published(twelve, day, capsys):
    call_command("publish_release", as_at=day.isoformat())
    call_command("publish_release", as_at=day.isoformat())
    said = capsys.readouterr().out.splitlines()

    assert "edition 1: published, provisional: the quarter is not over." in said[0]
    assert "unchanged" in said[1]
    with pytest.raises(CommandError, match="is not a day"):
        call_command("publish_release", as_at="soon")
