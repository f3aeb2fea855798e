"""Linking does as much for the thousandth report of one person as for the tenth, and no more."""

import re
import uuid
from collections import Counter
from io import StringIO
from itertools import count

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intelligence import candidates, reach, resolution, scoring
from intelligence.models import (
    ClusterEvent,
    CommonKey,
    Decision,
    Link,
    Membership,
    Mention,
    MentionKey,
)
from linking import keys
from tests.factories import joined, submission, suspect, with_car

pytestmark = pytest.mark.django_db

NAMES = (("Bram", "Alverwick"), ("Corin", "Brockby"))


@pytest.fixture(autouse=True)
def narrow_bounds(monkeypatch):
    """Bounds that a small file goes beyond."""
    monkeypatch.setattr(candidates, "COMMON", 5)
    monkeypatch.setattr(candidates, "MOST_COMPARED", 5)
    monkeypatch.setattr(scoring, "MOST_LINKS", 3)
    monkeypatch.setattr(reach, "MOST", 10)
    monkeypatch.setattr(reach, "EACH", 2)


@pytest.fixture
def report(cast, submit, process):
    """Send so many reports of two people and one car, and carry them one by one."""
    numbers = count()

    def send(many):
        for _ in range(many):
            given, family = NAMES[next(numbers) % len(NAMES)]
            person = suspect(given_names=given, family_name=family)
            submit(joined(submission(persons=[person]), with_car()), by=cast.officer)
            process()

    return send


def clusters(area):
    """How many mentions each cluster of a force has, the largest first."""
    rows = Membership.objects.filter(area=area).values_list("cluster", flat=True)
    return sorted(Counter(rows).values(), reverse=True)


def test_everybody_of_one_name_and_car_is_one_person_beyond_every_bound(cast, report):
    report(40)
    assert clusters(cast.dogger) == [20, 20]
    assert clusters(None) == [20, 20]


def test_a_mention_is_compared_and_linked_so_often_and_no_more(cast, report, monkeypatch):
    compared = []
    real = candidates.find

    def counted(records):
        found = real(records)
        compared.append(len(found))
        return found

    monkeypatch.setattr(candidates, "find", counted)
    report(40)
    assert max(compared) == 5
    assert Link.objects.count() <= 40 * 3


def test_what_is_solved_anew_does_not_grow_with_what_is_stored(cast, report, monkeypatch):
    solved = []
    real = reach.parts

    def counted(*given):
        found = real(*given)
        solved.append(max(len(part.nodes) for part in found.values()))
        return found

    monkeypatch.setattr(reach, "parts", counted)
    report(40)
    assert max(solved) <= 12
    assert max(solved[-10:]) <= 8


def test_a_report_asks_the_database_as_often_as_the_ones_before(cast, report):
    report(40)
    with CaptureQueriesContext(
        connection,
    ) as late:
        report(1)
    with CaptureQueriesContext(connection) as later:
        report(1)
    assert abs(len(later) - len(late)) <= 2
    assert len(later) < 120


def test_a_key_too_common_gives_way_to_narrower_ones_and_is_counted(cast, report):
    report(12)
    record = candidates.read([Mention.objects.earliest("received_at").pk])
    (one,) = record.values()
    car = next(key for key, kind in keys.kinds(one).items() if kind == "plate")

    row = CommonKey.objects.get(key=car)
    assert (row.kind, row.mentions) == ("plate", 12)
    assert not MentionKey.objects.filter(key=car).exists()
    narrower = MentionKey.objects.filter(key=keys.narrow(one, car))
    assert narrower.count() == 6


def test_the_keys_too_common_are_told_by_kind_and_nothing_else_of_them(cast, report):
    report(12)
    out = StringIO()
    call_command("common_keys", stdout=out)
    assert re.search(
        r"^plate +\d+ keys +\d+ times held, the commonest by 12 m", out.getvalue(), re.M
    )
    assert "QX00" not in out.getvalue()


def test_carrying_again_counts_no_key_twice_and_moves_nobody(cast, report):
    report(30)
    before = set(Membership.objects.values_list("mention", "cluster", "status"))
    counted = set(CommonKey.objects.values_list("key", "mentions"))
    events = ClusterEvent.objects.count()
    records = list(candidates.read(Mention.objects.values_list("pk", flat=True)).values())

    scoring.score(candidates.find(records[:3]), of=records[:3])
    resolution.recluster(record.id for record in records[:3])

    assert set(CommonKey.objects.values_list("key", "mentions")) == counted
    assert set(Membership.objects.values_list("mention", "cluster", "status")) == before
    assert ClusterEvent.objects.count() == events


def test_a_refusal_holds_within_a_cluster_however_large(cast, report, process):
    report(40)
    first = Membership.objects.filter(area=cast.dogger, status="accepted").first()
    other = (
        Membership.objects.filter(cluster=first.cluster, status="proposed")
        .exclude(mention__submission=first.mention.submission)
        .first()
    )
    low, high = sorted((first.mention_id, other.mention_id))
    Decision.objects.create(
        act=uuid.uuid4(), left_id=low, right_id=high, judgement="different", by=cast.analyst
    )
    resolution.recluster([low, high])
    report(6)

    home = dict(Membership.objects.filter(area=cast.dogger).values_list("mention", "cluster"))
    assert home[low] != home[high]
    assert sum(clusters(cast.dogger)) == 46
