"""Saying that there was nothing to share: once a month, by an agency, for itself."""

from datetime import date

import pytest
from django.db import DatabaseError
from django.utils import timezone

from intelligence import silence
from intelligence.models import NothingToShare
from partners.models import AuditEvent
from partners.policy import NotPermittedError
from tests.worlds import asking


def say(by):
    with asking(by):
        return silence.say(by=by)


@pytest.mark.parametrize(
    ("today", "month"),
    [(date(2026, 3, 31), date(2026, 2, 1)), (date(2026, 1, 1), date(2025, 12, 1))],
)
def test_it_is_said_of_the_last_month_that_is_over(monkeypatch, today, month):
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    assert silence.last_month() == month


def test_it_is_said_once_for_the_agency_by_whoever_is_first(cast):
    assert say(cast.teacher) == say(cast.head) == silence.last_month()
    row = NothingToShare.objects.get()
    assert (row.agency, row.said_by) == (cast.school, cast.teacher)
    assert AuditEvent.objects.filter(verb="say nothing to share").count() == 1
    say(cast.nurse)
    assert NothingToShare.objects.count() == 2


@pytest.mark.parametrize("who", ["hub", "analyst", "commissioner", "auditor", "investigator"])
def test_police_hubs_and_commissioners_do_not_say_so_for_an_agency(cast, who):
    person = getattr(cast, who)
    with asking(person), pytest.raises(NotPermittedError):
        silence.say(by=person)
    for agency in (person.agency, cast.school):
        row = NothingToShare(agency=agency, month=silence.last_month(), said_by=person)
        with pytest.raises(DatabaseError), asking(person):
            row.save(force_insert=True)


def test_one_tap_says_so_and_the_offer_is_gone(cast, sign_in):
    teacher = sign_in(cast.teacher)
    offer = "Nothing to share for"
    assert offer in teacher.get("/submissions/").content.decode()
    assert teacher.post("/submissions/nothing-to-share/").status_code == 302
    for client in (teacher, sign_in(cast.head)):
        assert offer not in client.get("/submissions/").content.decode().split("<main", 1)[1].split(
            "Noted", 1
        )[-1].replace("nothing to share", "")
    assert offer in sign_in(cast.nurse).get("/submissions/").content.decode()
