"""Reports begun and not sent: seen by whoever writes them alone, and erased after two weeks."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cse_profile import tasks
from intelligence import drafts
from intelligence.models import Draft
from partners.models import AuditEvent
from tests.worlds import asking

pytestmark = pytest.mark.django_db


def begin(by, **answers):
    with asking(by):
        return drafts.begin(by=by, way="steps", answers=answers or {"narrative": "Seen."})


def as_worker(work):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE cse_profile_worker")
        work()
        cursor.execute("RESET ROLE")


def grow_old(draft, days):
    long_ago = timezone.now() - timedelta(days=days)
    Draft.objects.filter(pk=draft.pk).update(begun_at=long_ago, saved_at=long_ago)


def test_nobody_sees_a_draft_but_whoever_writes_it(cast):
    begin(cast.teacher)
    for person in (cast.colleague, cast.head, cast.hub, cast.analyst, cast.auditor):
        with asking(person):
            assert not Draft.objects.exists(), person
            assert not Draft.objects.visible_to(person).exists()
    with asking(cast.teacher):
        assert [one.answers for one in drafts.unfinished(by=cast.teacher)] == [
            {"narrative": "Seen."}
        ]


def test_a_step_that_is_saved_leaves_the_others_as_they_are(cast):
    draft = begin(cast.teacher, narrative="Seen.", how_known="first_hand", risk_if_shared="on")
    with asking(cast.teacher):
        drafts.save(
            draft,
            by=cast.teacher,
            answers={"how_known": "not_known", "source_history": ""},
            instead_of=dict.fromkeys(["how_known", "source_history", "risk_if_shared"]),
        )
        found = Draft.objects.get()
    assert found.answers == {"narrative": "Seen.", "how_known": "not_known"}


def test_what_no_record_can_hold_is_left_out_and_the_rest_is_kept(cast):
    begin(cast.teacher, narrative="Seen\0 by the \ud800arcade.", roles=["a\0", "b"])
    assert Draft.objects.get().answers == {"narrative": "Seen by the ?arcade.", "roles": ["a", "b"]}


def test_a_draft_is_erased_two_weeks_after_it_was_last_saved_and_no_sooner(cast):
    old, young = begin(cast.teacher), begin(cast.teacher)
    grow_old(old, 15)
    grow_old(young, 13)
    as_worker(tasks.forget_drafts)
    assert list(Draft.objects.all()) == [young]
    assert AuditEvent.objects.get(verb="erase old drafts").detail == {"number": 1}


def test_what_is_due_to_go_is_not_offered_any_more(cast):
    draft = begin(cast.teacher)
    grow_old(draft, 15)
    with asking(cast.teacher):
        assert drafts.unfinished(by=cast.teacher) == []


def test_a_worker_reads_no_word_of_a_draft_and_erases_no_young_one(cast):
    begin(cast.teacher)
    as_worker(lambda: Draft.objects.filter(saved_at__lt=timezone.now()).delete())
    assert Draft.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_column_privilege('cse_profile_worker', 'intelligence_draft', 'answers',"
            " 'SELECT')"
        )
        assert cursor.fetchone() == (False,)


def test_that_a_draft_was_begun_changed_and_erased_is_in_the_log(cast):
    draft = begin(cast.teacher)
    with asking(cast.teacher):
        for _ in range(2):  # the second time nothing changes
            drafts.save(draft, by=cast.teacher, answers={"narrative": "Seen twice."})
        drafts.throw_away(draft, by=cast.teacher)
    assert list(
        AuditEvent.objects.filter(object_type="draft")
        .order_by("seq")
        .values_list("verb", flat=True)
    ) == ["begin draft", "save draft", "erase draft"]
    assert not Draft.objects.exists()
