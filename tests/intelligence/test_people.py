"""Who is who, as somebody away from the desk may know it."""

import uuid
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from intelligence import evaluation, people, review
from intelligence.models import Decision, Mention, Report, Tie, Undoing
from intelligence.models.contents import names_suspect
from partners import context
from tests.conftest import as_web
from tests.factories import child, submission, suspect


@pytest.fixture
def six(cast, submit, process):
    """Six reports of a suspect who share nothing, all opened to the investigator."""
    for number in range(6):
        submit(submission(persons=[suspect(given_names=f"Milo{'abcdef'[number]}")]), by=cast.nurse)
    process()
    with as_web(), context.acting_as(cast.supervisor):
        for report in Report.objects.visible_to(cast.supervisor):
            evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Case.")
    return list(Mention.objects.order_by("received_at", "pk"))


@pytest.fixture
def judge(cast, process):
    def decided(*mentions, judgement="same"):
        pairs = [
            (min(one, other), max(one, other))
            for one, other in pairwise(mention.pk for mention in mentions)
        ]
        with as_web(), context.acting_as(cast.analyst):
            act = review.append(pairs, judgement=judgement, by=cast.analyst, reason="Secret why.")
        process()
        return act

    return decided


def listed(person, **options):
    with as_web(), context.acting_as(person):
        return people.people(names_suspect(), to=person, **options)


def groups(found) -> list[list[uuid.UUID]]:
    return [[mention.pk for mention in person.accepted] for person in found]


def test_away_from_the_desk_persons_are_joined_by_what_was_decided_and_stand_once(cast, six, judge):
    judge(six[0], six[4], six[2])
    ids = [mention.pk for mention in six]

    expected = [[ids[5]], [ids[0], ids[2], ids[4]], [ids[3]], [ids[1]]]
    assert groups(listed(cast.investigator, at_most=26)) == expected


def test_pages_of_persons_follow_one_another(cast, six, judge):
    judge(six[0], six[4])
    judge(six[1], six[5])
    found, after = [], None
    while page := listed(cast.investigator, after=after, at_most=3):
        found += groups(page)
        after = page[-1].anchor

    assert found == groups(listed(cast.investigator, at_most=26))
    assert len(found) == 4


def test_somebody_is_joined_only_through_mentions_that_are_visible(cast, six, judge):
    judge(six[0], six[1], six[2])
    with as_web(), context.acting_as(cast.supervisor):
        hidden = Report.objects.get(pk=six[1].report_id)
        hidden.grants.update(revoked_at=Now())

    found = groups(listed(cast.investigator, at_most=26))
    assert [six[0].pk] in found
    assert [six[2].pk] in found


def test_what_is_taken_back_joins_nobody(cast, six, judge, process):
    act = judge(six[0], six[1])
    assert Tie.objects.count() == 1
    with as_web(), context.acting_as(cast.analyst):
        review.undo(act, by=cast.analyst, reason="A mistake.")
    process()

    assert Tie.objects.count() == 0
    assert len(listed(cast.investigator, at_most=26)) == 6


@pytest.mark.parametrize("judgement", ["same", "different", "unsure"])
@pytest.mark.parametrize("person", ["investigator", "hub"])
def test_only_the_desk_reads_decisions(cast, submit, process, judge, person, judgement):
    for name in ("Una", "Ida"):
        submit(submission(persons=[child(given_names=name)]), by=cast.nurse)
    process()
    with as_web(), context.acting_as(cast.supervisor):
        for report in Report.objects.visible_to(cast.supervisor):
            evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Case.")
    act = judge(*Mention.objects.all(), judgement=judgement)
    with as_web(), context.acting_as(cast.analyst):
        review.undo(act, by=cast.analyst, reason="Secret as well.")

    reader = getattr(cast, person)
    with as_web(), context.acting_as(reader):
        assert Mention.objects.count() == 2
        assert not Decision.objects.exists()
        assert not Undoing.objects.exists()
    assert not Decision.objects.visible_to(reader).exists()
    with as_web(), context.acting_as(cast.analyst):
        assert Decision.objects.get().reason == "Secret why."


def bury(mentions, many: int, by) -> None:
    """So many decisions between other mentions that the reader may see, by copies of one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE copies ON COMMIT DROP AS SELECT gen_random_uuid() AS id, "
            "row_number() OVER () AS number FROM generate_series(1, %s)",
            [2 * many],
        )
        columns = [f.column for f in Mention._meta.local_fields if f.column not in {"id", "ref"}]
        older = [c if c != "received_at" else "received_at - interval '1 day'" for c in columns]
        cursor.execute(
            f"INSERT INTO intelligence_mention (id, ref, {', '.join(columns)}) "
            f"SELECT c.id, 'x' || c.number, {', '.join(older)} "
            "FROM intelligence_mention m, copies c WHERE m.id = %s",
            [mentions[0].pk],
        )
        pairs = (
            "SELECT gen_random_uuid(), least(a.id, b.id), greatest(a.id, b.id){} "
            "FROM copies a JOIN copies b ON b.number = a.number + 1 WHERE mod(a.number, 2) = 1"
        )
        cursor.execute(
            "INSERT INTO intelligence_decision (id, left_id, right_id, act, judgement, by_id, at, "
            "reason) " + pairs.format(", gen_random_uuid(), 'same', %s, now(), ''"),
            [by.pk],
        )
        cursor.execute(f"INSERT INTO intelligence_tie (id, left_id, right_id) {pairs.format('')}")
        cursor.execute("ANALYZE intelligence_tie, intelligence_decision, intelligence_mention")


def test_a_page_of_persons_asks_no_more_where_ten_thousand_decisions_stand(cast, six, judge):
    judge(six[0], six[4], six[2])
    with CaptureQueriesContext(connection) as few:
        before = groups(listed(cast.investigator, at_most=4))
    bury(six, 10_000, cast.analyst)
    with CaptureQueriesContext(connection) as many:
        after = groups(listed(cast.investigator, at_most=4))

    assert before == after
    assert Decision.objects.count() >= 10_000
    assert len(many) == len(few)
