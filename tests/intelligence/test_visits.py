"""The log of a home: quick rows, one shift at a time, and one report from what is ticked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from intelligence import visits
from intelligence.models import (
    Event,
    Mention,
    Original,
    Relation,
    Report,
    Sighting,
    Submission,
    Visit,
)
from partners.policy import NotPermittedError
from tests.worlds import asking

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
ROW = {
    "day": "2026-03-02",
    "time": "21:30",
    "registration": "QX00 A?C",
    "vehicle": "silver car",
    "called": "Taz",
    "description": "Tall, waited with the engine running.",
    "came_for": "Una, Kai",
}
CLOSING = {"how_known": "first_hand", "child_at_risk_now": "no"}
SHIFT = "?shift=2026-03-02T22:00:00Z"


def logged(browser: Any, **said: str) -> Visit:
    before = set(Visit.objects.values_list("pk", flat=True))
    assert browser.post(reverse("visits"), ROW | said).status_code == 302
    return Visit.objects.exclude(pk__in=before).get()


@pytest.mark.parametrize(
    ("at", "begins", "ends"),
    [
        ("2026-03-02T07:00", "2026-03-02T07:00", "2026-03-02T19:00"),
        ("2026-03-02T06:59", "2026-03-01T19:00", "2026-03-02T07:00"),
        ("2026-03-02T23:59", "2026-03-02T19:00", "2026-03-03T07:00"),
        ("2026-03-29T03:00", "2026-03-28T19:00", "2026-03-29T07:00"),  # the clocks go forward
    ],
)
def test_a_shift_lasts_from_seven_to_seven(at, begins, ends):
    moments = [datetime.fromisoformat(text).replace(tzinfo=LONDON) for text in (at, begins, ends)]
    assert visits.shift(moments[0]) == (moments[1], moments[2])


def test_a_row_is_logged_and_shown_in_its_shift_alone(cast, sign_in):
    browser = sign_in(cast.teacher)
    answer = browser.post(reverse("visits"), ROW, follow=True)
    assert "QX00 A?C silver car, “Taz”" in answer.content.decode()

    before = browser.get(reverse("visits") + "?shift=2026-03-02T12:00:00Z").content.decode()
    assert "Nothing is logged in this shift" in before
    assert not Submission.objects.exists()


def test_the_log_leads_back_and_on_only_as_far_as_it_goes(cast, sign_in):
    browser = sign_in(cast.teacher)
    for day in ("2026-01-05", "2026-03-02"):
        logged(browser, day=day)
    seen, address = [], reverse("visits")
    while address:
        page = browser.get(address)
        seen.append(len(page.context["rows"]))
        address = page.context["before"]
    assert seen == [0, 1, 1]
    assert browser.get(page.context["after"]).context["after"] == ""


@pytest.mark.parametrize(
    "shift", ["", "yesterday", "2026-13-45T00:00:00Z", "9999-12-31T23:59Z", "\0"]
)
def test_a_shift_that_is_none_is_the_one_that_runs(cast, sign_in, shift):
    answer = sign_in(cast.teacher).get(reverse("visits"), {"shift": shift})
    assert answer.context["begins"] <= timezone.now() < answer.context["ends"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"day": "", "time": ""}, "Enter about when"),
        ({"day": "2999-03-02"}, "lies in the future"),
        ({"day": "0001-03-02"}, "Enter a day after 1900"),
        (dict.fromkeys(("registration", "vehicle", "called", "description"), ""), "one word"),
        ({"registration": "!!"}, "error-message"),
    ],
)
def test_what_cannot_be_is_told_and_not_logged(cast, sign_in, said, told):
    answer = sign_in(cast.teacher).post(reverse("visits"), ROW | said)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Visit.objects.exists()


def test_the_log_belongs_to_the_home(cast, sign_in):
    row = logged(sign_in(cast.teacher))
    with asking(cast.colleague):
        assert Visit.objects.get() == row
    for name in ("hub", "analyst", "nurse", "supervisor"):
        with asking(getattr(cast, name)):
            assert not Visit.objects.exists()


def test_one_report_is_made_of_the_rows_that_are_ticked(cast, sign_in, process):
    browser = sign_in(cast.teacher)
    first = logged(browser)
    second = logged(browser, time="22:10", registration="", vehicle="", came_for="una")
    left = logged(browser, time="22:30", called="Plumber", description="", came_for="")
    posted = {"keep": [str(first.pk), str(second.pk)], **CLOSING}
    answer = browser.post(reverse("visits-send") + SHIFT, posted)

    sent = Submission.objects.get()
    assert answer.headers["Location"] == reverse("submission", args=[sent.pk])
    assert "QX00 A?C" in browser.get(answer.headers["Location"]).content.decode()
    process()
    children = Mention.objects.filter(role="child_at_risk").order_by("ref")
    assert [child.given_names for child in children] == ["Una", "Kai"]
    assert Mention.objects.filter(role="unknown", nicknames=["Taz"]).count() == 2
    assert Event.objects.filter(kind="sighting", place_ref="home").count() == 2
    assert Sighting.objects.get(kind="vehicle").given["registration"] == "QX00 A?C"
    assert Sighting.objects.get(kind="place").given["name"] == "Silverpit School"
    assert Relation.objects.filter(note="Came for them.").count() == 3
    assert Report.objects.get().names_child
    assert "Plumber" not in str(Original.objects.get().payload)
    for row in (first, second, left):
        row.refresh_from_db()
    assert [row.sent_at is not None for row in (first, second, left)] == [True, True, False]
    again = browser.get(reverse("visits-send") + SHIFT).context["form"]
    assert again["keep"].value() == [str(left.pk)]


def test_a_young_person_of_a_row_that_is_not_ticked_is_not_sent(cast, sign_in):
    browser = sign_in(cast.teacher)
    logged(browser)
    kept = logged(browser, time="22:10", came_for="Una")
    browser.post(reverse("visits-send") + SHIFT, {"keep": [str(kept.pk)], **CLOSING})

    assert "Una" in str(Original.objects.get().payload)
    assert "Kai" not in str(Original.objects.get().payload)


def test_a_row_of_another_home_or_shift_cannot_be_sent(cast, sign_in):
    other = logged(sign_in(cast.nurse))
    earlier = logged(sign_in(cast.teacher), day="2026-03-01")
    logged(sign_in(cast.teacher))
    for row in (other, earlier):
        posted = {"keep": [str(row.pk)], **CLOSING}
        answer = sign_in(cast.teacher).post(reverse("visits-send") + SHIFT, posted)
        assert answer.status_code == 400
    with pytest.raises(NotPermittedError), asking(cast.teacher):
        visits.send([other], {}, by=cast.teacher)
    assert not Submission.objects.exists()


def test_sending_the_same_page_twice_is_one_report(cast, sign_in):
    browser = sign_in(cast.teacher)
    row = logged(browser)
    posted = {"keep": [str(row.pk)], "sheet": "W-000000000003", **CLOSING}
    address = reverse("visits-send") + SHIFT

    assert browser.post(address, posted).status_code == 302
    assert browser.post(address, posted).status_code == 302
    assert browser.post(address, posted | {"how_known": "not_known"}).status_code == 409
    assert Submission.objects.count() == 1


def test_a_row_is_added_in_ones_own_name_and_never_changed(cast, sign_in):
    row = logged(sign_in(cast.teacher))
    own = {"agency": cast.school, "logged_by": cast.teacher, "seen_at": timezone.now()}
    for parts in ({"agency": cast.clinic}, {"logged_by": cast.colleague}):
        with pytest.raises(DatabaseError, match="row-level security"), asking(cast.teacher):
            Visit(called="Taz", **own | parts).save(force_insert=True)
    with pytest.raises(DatabaseError, match="permission denied"), asking(cast.teacher):
        Visit.objects.filter(pk=row.pk).update(called="Nobody")


def test_rows_are_erased_after_90_days(cast, sign_in):
    old, new = (logged(sign_in(cast.teacher), time=f"21:3{number}") for number in range(2))
    ago = datetime.now(tz=UTC) - timedelta(days=91)
    Visit.objects.filter(pk=old.pk).update(logged_at=ago)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET ROLE cse_profile_worker")
        assert visits.forget_old() == 1
        cursor.execute("RESET ROLE")

    assert list(Visit.objects.all()) == [new]
