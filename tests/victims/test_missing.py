"""A young person missing, back, and spoken with: the clock, who reads it, and what is sent on."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from intelligence.models import Event, Mention, Original, Report, Sighting, Statement, Submission
from partners.models import Agency, AuditEvent
from partners.policy import NotPermittedError
from tests.partners.test_returning import end_session, hidden, sign_in_again
from tests.worlds import asking
from victims import missing
from victims.models import MissingEpisode, ReturnInterview

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
BACK = datetime(2026, 3, 3, 6, tzinfo=LONDON)
AWAY = {
    "given_names": "Una",
    "family_name": "Vale",
    "missing_since": BACK - timedelta(hours=9),
    "missing_from": "Gull House",
    "risk": "medium",
}


def episode(by: Any, **said: Any) -> MissingEpisode:
    with asking(by):
        return missing.record(by=by, said=AWAY | said)


def filled(**more: Any) -> dict[str, Any]:
    """An interview as it is posted."""
    return {
        "interview": "held",
        "held_on": "2026-03-04",
        "held_time": "15:30",
        "held_by": "A worker of Compass",
        "where_was": "At a flat above the arcade.",
        "with_whom": "Somebody called Taz.",
        "push": ["placement"],
        "nicknames": "Taz, Limpet",
        "phones": "07700 900482",
        "registrations": "QX00 A?C",
        **more,
    }


CLOSING = {"how_known": "child_about_self", "child_at_risk_now": "no"}


def test_the_interview_is_due_72_hours_after_the_return(cast, settings):
    row = episode(cast.teacher, returned_at=BACK)

    assert row.due_at == BACK + timedelta(hours=72)
    settings.RETURN_INTERVIEW_HOURS = 24
    assert row.due_at == BACK + timedelta(hours=24)


def test_the_clock_stands_while_they_are_missing_and_once_the_interview_is_over(cast):
    row = episode(cast.teacher)
    assert row.due_at is None
    assert not row.is_overdue

    with asking(cast.teacher):
        back = missing.change(row, by=cast.teacher, said={"returned_at": BACK})
        assert back.is_overdue
        refused = {"interview": "refused", "refused_by": "young_person"}
        done = missing.interview(back, by=cast.teacher, said=refused)
    assert done.due_at is None
    assert not done.is_overdue


@pytest.mark.parametrize(("hours", "in_time"), [(71, True), (72, True), (73, False)])
def test_an_interview_was_in_time_within_72_hours(cast, hours, in_time):
    row = episode(cast.teacher, returned_at=BACK)
    held = {"interview": "held", "held_by": "A worker", "held_at": BACK + timedelta(hours=hours)}
    with asking(cast.teacher):
        assert missing.interview(row, by=cast.teacher, said=held).in_time is in_time


def test_whose_interview_waits_longest_stands_first(cast):
    away = episode(cast.teacher, given_names="Away")
    late = episode(cast.teacher, given_names="Late", returned_at=BACK)
    later = episode(cast.teacher, given_names="Later", returned_at=BACK + timedelta(hours=5))
    done = episode(cast.teacher, given_names="Done", returned_at=BACK - timedelta(hours=1))
    with asking(cast.teacher):
        said = {"interview": "not_offered", "why_not": "Moved to another force."}
        missing.interview(done, by=cast.teacher, said=said)
        assert list(missing.listed(to=cast.teacher)) == [late, later, away, done]


def test_the_hub_reads_the_clock_and_not_what_the_young_person_said(cast, sign_in):
    row = episode(cast.teacher, returned_at=BACK)
    with asking(cast.teacher):
        words = {"interview": "offered", "where_was": "At a flat above the arcade."}
        missing.interview(row, by=cast.teacher, said=words)

    page = sign_in(cast.hub).get(reverse("episode", args=[row.pk])).content.decode()

    assert "Una Vale" in page
    assert "Interview overdue" in page
    assert "arcade" not in page
    with asking(cast.hub):
        assert MissingEpisode.objects.count() == 1
        assert not ReturnInterview.objects.exists()


def test_a_council_that_is_not_the_hub_reads_no_other_agency(cast, sign_in):
    row = episode(cast.teacher, returned_at=BACK)
    cast.dogger.hub = Agency.objects.get(code="silverpit-clinic")
    cast.dogger.save()

    assert sign_in(cast.hub).get(reverse("episode", args=[row.pk])).status_code == 404
    with asking(cast.hub):
        assert not MissingEpisode.objects.exists()


def test_nobody_changes_another_agencys_record(cast):
    row = episode(cast.teacher, returned_at=BACK)
    for person in (cast.hub, cast.nurse, cast.analyst):
        with pytest.raises(NotPermittedError), asking(person):
            missing.change(row, by=person, said={"risk": "low"})
    with asking(cast.hub):
        assert MissingEpisode.objects.filter(pk=row.pk).update(risk="low") == 0


def test_the_database_takes_a_record_only_in_ones_own_name_and_area(cast):
    own = {"agency": cast.school, "area": cast.dogger, "recorded_by": cast.teacher}
    wrong = (
        {"agency": cast.clinic},
        {"area": cast.ekofisk},
        {"recorded_by": cast.colleague},
    )
    for parts in wrong:
        row = MissingEpisode(missing_since=BACK, **own | parts)
        with pytest.raises(DatabaseError, match="row-level security"), asking(cast.teacher):
            row.save(force_insert=True)


def test_a_day_without_its_time_starts_the_clock_at_the_start_of_the_day(cast, sign_in):
    said = {"given_names": "Una", "missing_on": "2026-03-01", "returned_on": "2026-03-02"}
    answer = sign_in(cast.teacher).post(reverse("missing-new"), said)

    assert answer.status_code == 302
    assert MissingEpisode.objects.get().returned_at == datetime(2026, 3, 2, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"given_names": ""}, "Enter a name"),
        ({"missing_on": ""}, "Enter the day"),
        ({"missing_on": "2999-01-01"}, "lies in the future"),
        ({"missing_on": "0001-01-01"}, "Enter a day after 1900"),
        ({"returned_on": "2026-02-27"}, "cannot be back before"),
        ({"returned_time": "12:00"}, "Enter the day as well"),
        ({"date_of_birth": "2011-02-31"}, "Enter a date like"),
        ({"date_of_birth": "spring"}, "Enter a date like"),
        ({"missing_from": "a\0b"}, "Null characters"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(cast, sign_in, said, told):
    good = {"given_names": "Una", "missing_on": "2026-03-01"}
    answer = sign_in(cast.teacher).post(reverse("missing-new"), good | said)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not MissingEpisode.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"interview": ""}, "Say where the interview has come to"),
        ({"held_on": "", "held_time": ""}, "Enter the day on which it was held"),
        ({"held_by": ""}, "Say who held it"),
        ({"held_on": "2026-03-02"}, "before they were back"),
        ({"interview": "refused"}, "Say who refused"),
    ],
)
def test_an_interview_says_what_belongs_to_it(cast, sign_in, said, told):
    row = episode(cast.teacher, returned_at=BACK)
    answer = sign_in(cast.teacher).post(reverse("interview", args=[row.pk]), filled(**said))

    assert answer.status_code == 400
    assert told in answer.content.decode()


def test_one_held_on_the_day_of_the_return_at_no_known_time_is_taken(cast, sign_in):
    row = episode(cast.teacher, returned_at=BACK)
    said = filled(held_on="2026-03-03", held_time="")

    assert sign_in(cast.teacher).post(reverse("interview", args=[row.pk]), said).status_code == 302
    row.refresh_from_db()
    assert row.held_at == BACK


def test_the_interview_comes_after_the_return(cast, sign_in):
    row = episode(cast.teacher)
    browser = sign_in(cast.teacher)
    address = reverse("interview", args=[row.pk])

    assert browser.get(address).headers["Location"] == reverse("episode-change", args=[row.pk])
    assert browser.post(address, filled()).status_code == 400
    with pytest.raises(NotPermittedError), asking(cast.teacher):
        missing.interview(row, by=cast.teacher, said={"interview": "offered"})


def spoken(cast: Any, sign_in: Any) -> tuple[MissingEpisode, Any]:
    row = episode(cast.teacher, returned_at=BACK)
    browser = sign_in(cast.teacher)
    browser.post(reverse("interview", args=[row.pk]), filled())
    return row, browser


def test_nothing_is_sent_by_writing_it_down(cast, sign_in):
    spoken(cast, sign_in)

    assert not Submission.objects.exists()
    with asking(cast.analyst):
        assert not MissingEpisode.objects.exists()
        assert not ReturnInterview.objects.exists()


def test_what_is_ticked_becomes_a_submission_and_what_is_not_stays(cast, sign_in, process):
    row, browser = spoken(cast, sign_in)
    ticked = ["missing", "interview", "where_was", "nicknames-1", "registrations-1"]
    answer = browser.post(reverse("episode-send", args=[row.pk]), {"keep": ticked, **CLOSING})

    sent = Submission.objects.get()
    assert answer.headers["Location"] == reverse("submission", args=[sent.pk])
    assert "a flat above the arcade" in browser.get(answer.headers["Location"]).content.decode()
    process()
    assert set(Event.objects.values_list("kind", flat=True)) == {
        "missing_episode",
        "return_home_interview",
    }
    assert Statement.objects.get().text == "Where they were: At a flat above the arcade."
    assert Statement.objects.get().basis == "child_words"
    young, taz = Mention.objects.get(ref="c1"), Mention.objects.exclude(ref="c1").get()
    assert (young.role, young.given_names) == ("child_at_risk", "Una")
    assert (taz.role, taz.nicknames) == ("unknown", ["Taz"])
    assert Sighting.objects.get().kind == "vehicle"
    whole = str(Original.objects.get().payload)
    assert "Limpet" not in whole
    assert "900482" not in whole
    assert "Somebody called" not in whole
    assert Report.objects.get().names_child
    row.refresh_from_db()
    assert row.sent_at is not None


def test_everything_that_may_be_sent_is_shown_before_and_ticked(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    page = browser.get(reverse("episode-send", args=[row.pk]))

    shown = [item.key for item in page.context["form"].items]
    assert page.context["form"]["keep"].value() == shown
    assert {"missing", "interview", "where_was", "with_whom", "push", "nicknames-2"} <= {*shown}


def test_once_something_was_sent_nothing_is_ticked_beforehand(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    address = reverse("episode-send", args=[row.pk])
    browser.post(address, {"keep": ["missing"], **CLOSING})

    assert browser.get(address).context["form"]["keep"].value() == []


def test_sending_the_same_page_twice_is_one_submission(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    address = reverse("episode-send", args=[row.pk])
    posted = {"keep": ["missing"], "sheet": "W-000000000001", **CLOSING}
    browser.post(address, posted)

    assert browser.post(address, posted).status_code == 302
    assert Submission.objects.count() == 1
    assert browser.post(address, posted | {"keep": ["interview"]}).status_code == 409


def test_two_reports_of_one_episode_name_it_as_their_origin(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    address = reverse("episode-send", args=[row.pk])
    for key in ("missing", "interview"):
        browser.post(address, {"keep": [key], **CLOSING})

    assert set(Submission.objects.values_list("origin_reference", flat=True)) == {
        f"missing-{row.pk}"
    }


def test_sending_nothing_or_without_the_questions_is_told(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    address = reverse("episode-send", args=[row.pk])

    assert "Tick what you want to send" in browser.post(address, CLOSING).content.decode()
    answer = browser.post(address, {"keep": ["missing"]})
    assert answer.status_code == 400
    assert "Tell us how you know" in answer.content.decode()
    assert not Submission.objects.exists()


def test_what_the_contract_refuses_is_told_with_the_words_it_is_about(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    MissingEpisode.objects.filter(pk=row.pk).update(date_of_birth="2011-02-31")
    posted = {"keep": ["where_was"], **CLOSING}
    answer = browser.post(reverse("episode-send", args=[row.pk]), posted)

    assert answer.status_code == 400
    assert "There is no such day in the calendar" in answer.content.decode()
    assert not Submission.objects.exists()


def test_each_act_stands_in_the_log(cast, sign_in):
    row, browser = spoken(cast, sign_in)
    browser.get(reverse("episode", args=[row.pk]))

    verbs = AuditEvent.objects.filter(object_ids__contains=[row.pk]).values_list("verb", flat=True)
    assert {"record missing episode", "write return interview", "view missing episode"} <= {*verbs}


def test_what_was_typed_when_the_session_ended_comes_back_and_is_not_saved_yet(cast, sign_in):
    row = episode(cast.teacher, returned_at=BACK)
    browser = sign_in(cast.teacher)
    for door, ids, typed in (
        ("missing-new", [], {"given_names": "Unavailing", "missing_on": "2026-03-01"}),
        ("interview", [row.pk], filled(where_was="Unavailing")),
        ("absence", [], {"given_names": "Unavailing", "first_day": "2026-03-02"}),
        ("confidential", [], {"told": "Unavailing"}),
        ("visits", [], {"called": "Unavailing"}),
    ):
        address = reverse(door, args=ids)
        end_session(browser)
        page = browser.post(address, typed | {"writer": str(cast.teacher.pk)}).content.decode()
        assert "Unavailing" not in page
        back = sign_in_again(browser, page).content.decode()
        again = browser.post(address, {"sealed": hidden(back, "sealed")})
        assert "Unavailing" in again.content.decode(), door
    assert MissingEpisode.objects.get() == row
    assert not ReturnInterview.objects.exists()


def as_worker(work: Any) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET ROLE cse_profile_worker")
        done = work()
        cursor.execute("RESET ROLE")  # a failure takes it back together with the transaction
        return done


def test_a_record_that_nobody_changed_for_a_year_is_erased(cast, sign_in):
    row, _ = spoken(cast, sign_in)
    young = episode(cast.teacher, returned_at=BACK)
    ago = timezone.now() - timedelta(days=366)
    MissingEpisode.objects.filter(pk=row.pk).update(changed_at=ago)

    assert as_worker(missing.forget_old) == 1
    assert list(MissingEpisode.objects.all()) == [young]
    assert not ReturnInterview.objects.exists()


def test_a_worker_reads_no_record_that_is_kept(cast, sign_in):
    spoken(cast, sign_in)

    assert as_worker(lambda: list(MissingEpisode.objects.values_list("pk"))) == []
    with pytest.raises(DatabaseError, match="permission denied"):
        as_worker(lambda: list(MissingEpisode.objects.all()))
