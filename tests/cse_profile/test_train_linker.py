"""Training a version on what is stored: a draft and what it would change, and nothing else."""

from collections import defaultdict
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

import synthetic
from intelligence import comparing, resolution, versions
from intelligence.models import Decision, Link, Membership, Mention, ModelVersion
from linking.model import default

_NOT_SENT = ("agency", "force_area", "grading")


@pytest.fixture
def world(cast, submit, process):
    """A small world, sent and carried, in which a few pairs were judged."""
    for told in synthetic.make("easy", submissions=60, seed=5).submissions():
        payload = {name: value for name, value in told.items() if name not in _NOT_SENT}
        reference = f"{told['agency']} {told['reference']}"
        submit(payload | {"reference": reference}, by=cast.officer)
    process()
    order = list(Link.objects.order_by("-weight"))
    for number, link in enumerate([*order[:9], *order[-3:]]):
        Decision.objects.create(
            act=link.pk,
            left_id=link.left_id,
            right_id=link.right_id,
            judgement="same" if number < 9 else "different",
            by=cast.analyst,
        )
    return cast


def trained():
    out = StringIO()
    call_command("train_linker", stdout=out, stderr=StringIO())
    return ModelVersion.objects.get(number=1), out.getvalue()


def test_training_keeps_a_compared_draft_and_touches_no_link(world):
    links = list(Link.objects.order_by("pk").values())
    held = list(Membership.objects.order_by("pk").values())
    row, said = trained()

    assert (row.state, row.facts["made"], row.facts["calibrated"]) == (
        "draft",
        "trained",
        "no labels",
    )
    assert row.facts["mentions"] == Mention.objects.count()
    assert row.comparison["decided"] == 12
    assert row.comparison["other"]["same"] == 9
    assert "Version 1" in said
    assert "Against 12 decided pairs" in said
    assert list(Link.objects.order_by("pk").values()) == links
    assert list(Membership.objects.order_by("pk").values()) == held
    assert versions.active() == default()


def test_what_was_trained_is_the_same_when_trained_again(world):
    first, _ = trained()
    call_command("train_linker", stdout=StringIO(), stderr=StringIO())

    assert ModelVersion.objects.count() == 2
    assert versions.named(first.pk).version == first.pk


def test_the_active_version_compared_with_itself_changes_nothing(world):
    row = ModelVersion.objects.get(number=0)
    found = comparing.compare(row)

    assert found["links"] == found["links_before"] > 5
    assert found["gained"] == found["lost"] == found["mentions_moved"] == 0
    assert found["active"] == found["other"]
    assert ModelVersion.objects.get(number=0).comparison == found


def test_what_is_compared_is_what_the_route_would_link(world):
    """The groups found in memory under decisions are those that the workers have made."""
    resolution.recluster(Mention.objects.values_list("pk", flat=True))
    found = comparing.compare(ModelVersion.objects.get(number=0))
    of = defaultdict(set)
    for mention, cluster in Membership.objects.filter(area=None).values_list("mention", "cluster"):
        of[cluster].add(mention)

    assert found["clusters"] == sum(len(group) > 1 for group in of.values())


def test_where_nothing_is_stored_there_is_nothing_to_train_on(cast):
    with pytest.raises(CommandError, match="Nothing was trained"):
        trained()
    with pytest.raises(CommandError, match="There is no version 7"):
        call_command("train_linker", compare=7)
