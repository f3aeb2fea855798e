"""Which model scores: drafts, a shadow beside the active one, and a past that stays as it was."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cse_profile import pipeline
from intelligence import comparing, versions
from intelligence.models import Link, Membership, ModelVersion, OtherScore
from linking.model import default
from partners import context
from partners.policy import NotPermittedError
from tests.conftest import as_web
from tests.factories import joined, submission, suspect, with_phone

State = ModelVersion.State
#: Another model than the one that ships: everybody is a little likelier to be anybody.
LIKELIER = replace(default(), prior=default().prior + 1, threshold=0.5)


@pytest.fixture
def draft(db):
    return versions.keep(LIKELIER, facts={"made": "by a test"}, by=None)


def compared(row):
    """Say that it has been compared, as the owner's command does."""
    ModelVersion.objects.filter(pk=row.pk).update(comparison={"gained": 0})


def change(row, to, by):
    with transaction.atomic(), as_web(), context.acting_as(by):
        return versions.change(row.pk, to, by=by, reason="Found better")


def tell(submit, by, *references):
    for reference in references:
        told = suspect(given_names="Osric", family_name="Dunmow")
        parts = joined({"persons": [told]}, with_phone("07700 900123"))
        submit(submission(reference=reference, **parts), by=by)


def test_the_model_that_ships_is_version_0_from_the_first_link_on(cast, submit, process):
    assert versions.active() == default()
    assert not ModelVersion.objects.exists()
    tell(submit, cast.teacher, "a", "b")
    process()

    row = ModelVersion.objects.get()
    assert (row.number, row.state, row.version) == (0, State.ACTIVE, default().version)
    assert set(Link.objects.values_list("model_version", flat=True)) == {default().version}


def test_another_active_version_scores_what_comes_and_changes_nothing_of_what_was(
    cast, submit, process, draft
):
    tell(submit, cast.teacher, "a", "b")
    process()
    before = Link.objects.values().get()
    compared(draft)
    change(draft, State.ACTIVE, cast.supervisor)
    tell(submit, cast.nurse, "c")
    process()

    assert Link.objects.values().get(pk=before["id"]) == before
    fresh = Link.objects.exclude(pk=before["id"])
    assert set(fresh.values_list("model_version", flat=True)) == {LIKELIER.version}
    assert len(fresh) == 2
    assert {link.weight for link in fresh} == {before["weight"] + 1}
    assert Membership.objects.filter(area=cast.dogger).values("cluster").distinct().count() == 1


def test_a_link_holds_by_the_threshold_of_the_version_that_scored_it(cast, submit, process, draft):
    tell(submit, cast.teacher, "a", "b")
    process()
    strict = replace(LIKELIER, threshold=90.0)
    kept = versions.keep(strict, facts={}, by=None)
    compared(kept)
    change(kept, State.ACTIVE, cast.supervisor)
    tell(submit, cast.nurse, "c")
    process()

    clusters = Membership.objects.filter(area=cast.dogger).values_list("cluster", "mention")
    of = {mention: cluster for cluster, mention in clusters}
    assert len(of) == 3
    assert len(set(of.values())) == 2
    old = Link.objects.get(model_version=default().version)
    assert of[old.left_id] == of[old.right_id]


def test_a_shadow_scores_beside_the_active_version_and_touches_no_link(
    cast, submit, process, draft
):
    change(draft, State.SHADOW, cast.supervisor)
    tell(submit, cast.teacher, "a", "b")
    process()

    link, beside = Link.objects.get(), OtherScore.objects.get()
    assert link.model_version == default().version
    assert (beside.version, beside.weight) == (LIKELIER.version, link.weight + 1)
    assert (beside.left_id, beside.right_id) == (link.left_id, link.right_id)


def test_a_version_is_put_in_force_once_compared_by_a_supervisor_and_is_logged(cast, draft):
    with pytest.raises(versions.StepError, match="has not been compared"):
        change(draft, State.ACTIVE, cast.supervisor)
    compared(draft)
    with pytest.raises(NotPermittedError):
        change(draft, State.ACTIVE, cast.analyst)
    assert versions.active() == default()
    change(draft, State.ACTIVE, cast.supervisor)

    assert versions.active() == LIKELIER
    assert ModelVersion.objects.get(number=0).state == State.RETIRED
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT operation, actor_name, reason, detail->>'number' FROM partners_auditevent "
            "WHERE verb = 'activate model'"
        )
        assert cursor.fetchall() == [("configuration", "supervisor", "Found better", "1")]


def test_what_was_retired_can_be_put_in_force_again_and_nothing_else_goes_back(cast, draft):
    compared(draft)
    change(draft, State.ACTIVE, cast.supervisor)
    first = ModelVersion.objects.get(number=0)
    with pytest.raises(versions.StepError, match="Version 1 is active"):
        change(draft, State.SHADOW, cast.supervisor)
    change(first, State.ACTIVE, cast.supervisor)

    assert versions.active() == default()
    assert ModelVersion.objects.get(number=1).state == State.RETIRED
    with pytest.raises(versions.StepError, match="Version 1 is retired"):
        change(draft, State.SHADOW, cast.supervisor)


def test_a_model_kept_twice_is_one_version(draft):
    again = versions.keep(LIKELIER, facts={"made": "again"}, by=None)

    assert again.number == draft.number == 1
    assert ModelVersion.objects.count() == 2


def test_a_link_is_explained_by_the_version_that_scored_it(draft):
    assert versions.named(LIKELIER.version) == LIKELIER
    assert versions.named(default().version) == default()
    assert versions.named("older than all that were kept") == default()


def test_what_is_not_what_its_name_says_is_not_used(draft):
    document = LIKELIER.to_json() | {"threshold": -40.0}
    ModelVersion.objects.filter(pk=draft.pk).update(document=document)
    versions._read.cache_clear()

    with pytest.raises(versions.SpoiltError):
        versions.named(LIKELIER.version)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intelligence_modelversion SET document = '{}'",
        "UPDATE intelligence_modelversion SET comparison = '{}'",
        "DELETE FROM intelligence_modelversion",
        "INSERT INTO intelligence_modelversion SELECT * FROM intelligence_modelversion",
        "SELECT 1 FROM intelligence_otherscore",
    ],
)
def test_the_web_login_may_change_nothing_but_the_state(cast, draft, statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        as_web(),
        context.acting_as(cast.supervisor),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_analyst_may_not_change_a_state_whatever_the_code_allows(cast, draft):
    with transaction.atomic(), as_web(), context.acting_as(cast.analyst):
        assert ModelVersion.objects.filter(pk=draft.pk).update(state=State.SHADOW) == 0


@pytest.mark.parametrize("state", [State.ACTIVE, State.SHADOW])
def test_the_database_holds_one_version_active_and_one_shadow(draft, state):
    other = versions.keep(replace(LIKELIER, prior=-3.0), facts={}, by=None)
    for row in (draft, other):
        compared(row)
    ModelVersion.objects.filter(number=0).update(state=State.RETIRED)
    ModelVersion.objects.filter(pk=draft.pk).update(state=state)

    with pytest.raises(IntegrityError), transaction.atomic():
        ModelVersion.objects.filter(pk=other.pk).update(state=state)


def test_what_the_shadow_said_of_what_came_is_counted_with_the_comparison(
    cast, submit, process, draft
):
    deaf = versions.keep(replace(LIKELIER, threshold=99.0), facts={}, by=None)
    change(deaf, State.SHADOW, cast.supervisor)
    tell(submit, cast.teacher, "a", "b")
    process()
    found = comparing.compare(deaf)

    assert found["shadow"] == {"scored": 1, "gained": 0, "lost": 1}
    assert (found["links_before"], found["links"], found["lost"]) == (1, 0, 1)


def test_links_are_scored_anew_only_by_an_act_that_keeps_what_they_weighed(
    cast, submit, process, draft
):
    tell(submit, cast.teacher, "a", "b")
    process()
    before = Link.objects.get()
    compared(draft)
    change(draft, State.ACTIVE, cast.supervisor)
    process()
    assert Link.objects.get().model_version == default().version

    assert pipeline.rescore() == 1
    after, kept = Link.objects.get(), OtherScore.objects.get()
    assert (after.model_version, after.weight) == (LIKELIER.version, before.weight + 1)
    assert (kept.version, kept.weight) == (default().version, before.weight)
    assert pipeline.rescore() == 0


def test_a_release_with_another_model_offers_it_as_a_draft(cast, draft):
    compared(draft)
    change(draft, State.ACTIVE, cast.supervisor)
    ModelVersion.objects.filter(number=0).delete()
    versions.offer_shipped()

    offered = ModelVersion.objects.get(pk=default().version)
    assert (offered.number, offered.state) == (2, State.DRAFT)
    assert versions.active() == LIKELIER


def test_a_new_installation_is_offered_nothing(db):
    versions.offer_shipped()

    assert not ModelVersion.objects.exists()
