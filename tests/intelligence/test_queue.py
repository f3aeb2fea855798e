"""PostgreSQL is the queue: what is taken, what fails, what is set aside, and what comes back."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from cse_profile import pipeline
from intelligence import intake, resolution
from intelligence.models import Mention, Original, QueueItem, Report
from partners import policy
from partners.models import AuditEvent
from tests.conftest import make_cast
from tests.factories import submission, suspect


def waits_no_longer():
    """Let the pauses between tries be over, in the order in which they would have been."""
    QueueItem.objects.update(next_at=F("next_at") - timedelta(minutes=20))


def item_of(receipt):
    return QueueItem.objects.get(submission=receipt.submission)


def poison(receipt):
    """What no worker can carry: a stored submission that is none, as only the owner may write."""
    Original.objects.filter(submission=receipt.submission).update(payload={"persons": [{}]})


def cure(receipt, payload):
    Original.objects.filter(submission=receipt.submission).update(payload=payload)


def test_poison_is_parked_alone_after_five_failures_and_the_rest_of_its_batch_goes_on(
    cast, submit, process
):
    good = [submit(submission(persons=[suspect()]), by=cast.teacher) for _ in range(4)]
    bad = submit(submission(), by=cast.teacher)
    good += [submit(submission(persons=[suspect()]), by=cast.teacher) for _ in range(4)]
    poison(bad)

    process()
    assert all(item_of(receipt).done_at for receipt in good)
    assert Mention.objects.count() == 8
    for failures in range(1, 5):
        assert (item_of(bad).failures, item_of(bad).parked_at) == (failures, None)
        waits_no_longer()
        process()

    parked = item_of(bad)
    assert parked.parked_at is not None
    assert parked.done_at is None
    assert QueueItem.objects.exclude(parked_at=None).count() == 1
    waits_no_longer()
    assert process().processed == 0


def test_what_is_parked_tells_class_and_place_and_no_word_of_what_was_sent(cast, submit, process):
    bad = submit(submission(), by=cast.teacher)
    Original.objects.filter(submission=bad.submission).update(
        payload={"persons": [{"ref": "p1", "role": "witness", "age_from": "Maggie Invented"}]}
    )

    process()

    assert "Maggie" not in item_of(bad).error
    assert " at " in item_of(bad).error


def test_between_failures_the_pause_grows(cast, submit, process):
    bad = submit(submission(), by=cast.teacher)
    poison(bad)
    pauses = []
    for _ in range(4):
        process()
        pauses.append((item_of(bad).next_at - timezone.now()).total_seconds())
        waits_no_longer()

    assert pauses == sorted(pauses)
    assert pauses[0] > 1
    assert pauses[3] > 8


def test_a_supervisor_puts_what_was_parked_back_and_it_is_carried(
    cast, submit, process, sign_in, django_capture_on_commit_callbacks
):
    payload = submission(persons=[suspect()])
    bad = submit(payload, by=cast.teacher)
    poison(bad)
    QueueItem.objects.update(failures=4)
    process()
    assert item_of(bad).parked_at is not None

    cure(bad, payload)
    answer = sign_in(cast.supervisor).post(f"/parked/{item_of(bad).pk}/retry/")
    assert answer.status_code == 302
    assert (item_of(bad).failures, item_of(bad).parked_at) == (0, None)
    process()

    assert item_of(bad).done_at is not None
    assert Mention.objects.filter(submission=bad.submission).count() == 1
    assert AuditEvent.objects.filter(
        verb="retry parked submission", object_ids=[bad.submission], actor=cast.supervisor.pk
    ).exists()


def test_only_a_supervisor_may_put_it_back(cast, submit):
    receipt = submit(submission(), by=cast.teacher)

    with pytest.raises(policy.NotPermittedError):
        intake.retry(item_of(receipt), by=cast.analyst)


def dies(monkeypatch, over):
    """Make every worker that works on one of `over` end there, as kill -9 ends it."""

    class Killed(BaseException):
        """Not an error that anybody catches."""

    real = resolution.normalise

    def normalise(items):
        if {item.submission_id for item in items} & {receipt.submission for receipt in over}:
            raise Killed
        return real(items)

    monkeypatch.setattr(resolution, "normalise", normalise)
    return Killed


def test_what_kills_its_worker_is_parked_alone_and_says_so(cast, submit, process, monkeypatch):
    receipts = [submit(submission(), by=cast.teacher) for _ in range(6)]
    killer = receipts[3]
    killed = dies(monkeypatch, [killer])
    for _ in range(5):
        with pytest.raises(killed):
            process()
        waits_no_longer()
    process()

    assert all(item_of(r).done_at for r in receipts if r is not killer)
    assert item_of(killer).parked_at is not None
    assert item_of(killer).error == intake.ENDED
    assert QueueItem.objects.exclude(parked_at=None).count() == 1


def test_workers_that_die_with_the_innocent_in_hand_set_none_of_them_aside(cast, submit, process):
    receipts = [submit(submission(persons=[suspect()]), by=cast.teacher) for _ in range(6)]
    for _ in range(8):
        intake.take(100)  # ... and then the worker is gone
        waits_no_longer()
    process()

    assert all(item_of(receipt).done_at for receipt in receipts)
    assert {item_of(receipt).failures for receipt in receipts} == {0}


def test_what_a_dead_worker_held_is_taken_up_within_seconds(cast, submit):
    submit(submission(), by=cast.teacher)
    intake.take(100)

    assert intake.take(100) == []
    assert QueueItem.objects.get().next_at < timezone.now() + timedelta(seconds=15)


def test_a_database_that_goes_away_is_no_submissions_fault(cast, submit, process, monkeypatch):
    receipt = submit(submission(), by=cast.teacher)
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    poison(receipt)

    with pytest.raises(KeyError):
        process()

    assert item_of(receipt).error == ""


@pytest.mark.django_db(transaction=True)
def test_a_worker_waits_for_another_that_only_looks_at_what_it_took(submit):
    submit(submission(), by=make_cast().teacher)
    items = intake.take(100)
    looking = threading.Event()

    def look():
        with transaction.atomic():
            list(QueueItem.objects.select_for_update())
            looking.set()
            end = time.monotonic() + 30
            while time.monotonic() < end and not somebody_waits():
                time.sleep(0.01)
        connections.close_all()

    other = threading.Thread(target=look)
    other.start()
    looking.wait(30)
    with transaction.atomic():
        held = intake.hold(items)
    other.join()

    assert held == items


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_no_work_twice(submit):
    cast = make_cast()
    payloads = [
        submission(persons=[suspect(given_names="Orla", family_name=f"Quillfeather{n // 2}")])
        for n in range(60)
    ]
    for payload in payloads:
        submit(payload, by=cast.teacher)
    tallies = [pipeline.Tally(), pipeline.Tally()]
    start = threading.Barrier(2)

    def work(tally):
        start.wait()
        try:
            pipeline.process_received(batch=7, tally=tally)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[tally]) for tally in tallies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [tally.failed for tally in tallies] == [0, 0]
    assert sum(tally.processed for tally in tallies) == 60
    assert Mention.objects.count() == Report.objects.count() == 60
    assert not QueueItem.objects.filter(done_at=None).exists()
    linked = [
        pk for event in AuditEvent.objects.filter(verb="link") for pk in event.detail["submissions"]
    ]
    assert len(linked) == len(set(linked)) == 60


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_has_in_hand_no_other_takes_however_long_it_lasts(submit, monkeypatch):
    monkeypatch.setattr(intake, "HELD", -1)
    cast = make_cast()
    submit(submission(), by=cast.teacher)
    holding, done = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                assert len(intake.hold(intake.take(100))) == 1
                holding.set()
                done.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert holding.wait(10)
    taken = intake.take(100)
    done.set()
    thread.join()

    assert taken == []


def test_after_a_slow_batch_fewer_are_taken_and_after_a_quick_one_more(cast, submit, monkeypatch):
    for _ in range(8):
        submit(submission(), by=cast.teacher)
    taken = []
    real = intake.take

    def counted(at_most):
        taken.append(at_most)
        return real(at_most)

    monkeypatch.setattr(intake, "take", counted)
    monkeypatch.setattr(pipeline, "TURN", 0.0)
    pipeline.process_received(batch=4)
    assert taken == [4, 2, 1, 1, 1]

    taken.clear()
    for _ in range(3):
        submit(submission(), by=cast.teacher)
    monkeypatch.setattr(pipeline, "TURN", 3600.0)
    pipeline.process_received(batch=4)
    assert taken == [4, 4]
