"""PostgreSQL and memory, one by one and all at once: the same persons."""

from collections import defaultdict

import pytest

import synthetic
from intelligence import candidates, resolution, scoring
from intelligence.models import Cluster, ClusterEvent, Link, Membership, Mention, Tie
from linking import memory
from linking.types import Record

#: What the door takes from the police alone, or knows by who sends.
_NOT_SENT = ("agency", "force_area", "grading")


@pytest.fixture
def mentions(cast, submit, process):
    """The records of a small hard world of two forces, sent and carried all at once."""
    senders = {"dogger": cast.officer, "ekofisk": cast.neighbour}
    world = synthetic.make("hard", submissions=90, seed=5)
    areas = {agency.code: agency.force_area for agency in world.agencies}
    for told in world.submissions():
        by = senders.get(areas[told["agency"]])
        if by:
            payload = {name: value for name, value in told.items() if name not in _NOT_SENT}
            submit(payload | {"reference": f"{told['agency']} {told['reference']}"}, by=by)
    process()
    return [Record.from_json(row) for row in Mention.objects.values_list("record", flat=True)]


def persons(area=None):
    """Who is grouped with whom, over the whole system or in one force."""
    groups = defaultdict(set)
    for mention, cluster in Membership.objects.filter(area=area).values_list("mention", "cluster"):
        groups[cluster].add(mention)
    return sorted((frozenset(group) for group in groups.values()), key=min)


def forget():
    """Leave nothing of what linking has found."""
    for table in (Membership, ClusterEvent, Tie, Cluster, Link):
        table.objects.all().delete()


def carry(records):
    """The three stages of the route from records to persons."""
    scoring.score(candidates.find(records), of=records)
    resolution.recluster(record.id for record in records)


def test_one_by_one_all_at_once_and_in_memory_are_the_same_persons(cast, mentions):
    at_once, in_dogger = persons(), persons(cast.dogger)
    forget()
    by_submission = defaultdict(list)
    for record in mentions:
        by_submission[record.submission].append(record)
    for records in by_submission.values():
        carry(records)

    assert len(mentions) > 60
    assert 10 < len(at_once) < len(mentions) - 10
    assert persons() == at_once
    assert persons(cast.dogger) == in_dogger
    assert memory.link(resolution.active_model(), mentions) == at_once
    here = set(Mention.objects.filter(area=cast.dogger).values_list("pk", flat=True))
    own = [record for record in mentions if record.id in here]
    assert memory.link(resolution.active_model(), own) == in_dogger


def test_carrying_mentions_again_changes_nothing(mentions):
    before = persons()
    events = ClusterEvent.objects.count()
    carry(mentions)

    assert persons() == before
    assert ClusterEvent.objects.count() == events
