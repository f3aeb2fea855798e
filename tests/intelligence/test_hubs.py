"""Hubs: what many people use ties nobody to anybody, once a supervisor has said so."""

import pytest
from django.db import connection
from django.urls import reverse

from intelligence import hubs
from intelligence.models import Hub, Link, MentionKey
from linking import keys, normalise
from partners.models import AuditEvent
from tests.factories import PHONE, child, joined, submission, with_phone
from tests.worlds import asking

pytestmark = pytest.mark.django_db


def pin(by, given=PHONE, kind="phone"):
    with asking(by):
        return hubs.pin(kind, given, by=by, reason="The home's telephone.")


@pytest.fixture
def two_of_a_home(cast, submit, process):
    """Two reports of one first name and one telephone, which makes a link of them."""
    for by in (cast.teacher, cast.nurse):
        person = child(ref="p1", given_names="Una", age_from=14, age_to=14)
        submit(joined(submission(persons=[person]), with_phone()), by=by)
    process()


def phone_weighs():
    """The bits of the telephone in each link."""
    found = [row["comparisons"] for row in Link.objects.values_list("detail", flat=True)]
    return [one["weight"] for rows in found for one in rows if one["name"] == "phone"]


def test_what_is_pinned_weighs_nothing_in_links_old_and_new(cast, two_of_a_home, submit, process):
    assert [bits > 3 for bits in phone_weighs()] == [True]
    pin(cast.supervisor)
    process()
    assert [bits for bits in phone_weighs() if bits] == []
    assert Hub.objects.get().applied_at is not None


def test_what_is_let_count_again_weighs_as_before(cast, two_of_a_home, process):
    before = phone_weighs()
    hub = pin(cast.supervisor)
    process()
    with asking(cast.supervisor):
        hubs.change(hub, is_pinned=False, by=cast.supervisor, reason="A private number after all.")
    process()
    assert phone_weighs() == before


def test_a_hub_is_no_key_so_that_one_more_costs_no_more(cast, submit, process):
    pin(cast.supervisor)
    person = child(ref="p1", given_names="Una")
    submit(joined(submission(persons=[person]), with_phone()), by=cast.teacher)
    process()
    record = normalise.phone(PHONE).value
    made = {keys._hash(f"phone:{record}"), keys._hash(f"phone-tail:{record[-4:]}")}
    assert not MentionKey.objects.filter(key__in=made).exists()
    assert MentionKey.objects.count() == 0


def test_only_a_supervisor_pins_and_only_the_desk_of_the_force_sees_it(cast, sign_in):
    pin(cast.supervisor)
    for person, seen in ((cast.analyst, 1), (cast.neighbour, 0), (cast.head, 0)):
        with asking(person):
            assert Hub.objects.count() == Hub.objects.visible_to(person).count() == seen
    assert sign_in(cast.analyst).get(reverse("hubs")).status_code == 403


def test_a_number_read_in_part_is_no_hub_and_the_page_says_so(cast, sign_in):
    client = sign_in(cast.supervisor)
    said = {"kind": "phone", "value": "07700 9004??", "reason": "A home."}
    answer = client.post(reverse("hubs"), said)
    assert answer.status_code == 400
    assert "what was read in part is no hub" in answer.content.decode()
    assert not Hub.objects.exists()


def test_pinning_and_releasing_are_in_the_log_with_their_reasons(cast, sign_in):
    client = sign_in(cast.supervisor)
    client.post(reverse("hubs"), {"kind": "vehicle", "value": "QX00 ABC", "reason": "A taxi."})
    hub = Hub.objects.get()
    client.post(reverse("hub", args=[hub.pk]), {"reason": "Sold."})

    rows = AuditEvent.objects.filter(object_type="hub", operation="configuration").order_by("seq")
    assert list(rows.values_list("verb", "reason")) == [
        ("pin hub", "A taxi."),
        ("release hub", "Sold."),
    ]
    assert not Hub.objects.get().is_pinned


def test_nobody_pins_in_the_name_of_another_or_for_another_force(cast):
    pin(cast.supervisor)
    with asking(cast.neighbour), connection.cursor() as cursor:
        cursor.execute("UPDATE intelligence_hub SET is_pinned = false")
        assert cursor.rowcount == 0
