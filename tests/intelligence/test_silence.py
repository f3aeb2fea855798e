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


def test_it_is_said_of_the_last_month_that_is_over():
    assert silence.month_before(date(2026, 3, 31)) == date(2026, 2, 1)
    assert silence.month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert silence.last_month() < timezone.localdate().replace(day=1)


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
    teacher, tap = sign_in(cast.teacher), "/submissions/nothing-to-share/"
    assert tap in teacher.get("/submissions/").content.decode()
    assert "Noted: nothing to share" in teacher.post(tap, follow=True).content.decode()
    for client in (teacher, sign_in(cast.head), sign_in(cast.analyst)):
        assert tap not in client.get("/submissions/").content.decode()
    assert tap in sign_in(cast.nurse).get("/submissions/").content.decode()
