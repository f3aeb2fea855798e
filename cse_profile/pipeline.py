"""THE ROUTE: a submission in, profiles out. Read this file to know what the system does."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction

from intelligence import candidates, intake, rescoring, resolution, reweighing, scoring, withdrawing
from intelligence.models import QueueItem
from offenders import profiles as offenders
from partners import audit
from victims import profiles as victims

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

#: Submissions taken together. One transaction and one turn at the linking lock for all of them.
BATCH = 100


@dataclass
class Tally:
    """What a run did: counts, and seconds for each stage."""

    processed: int = 0
    failed: int = 0
    mentions: int = 0
    pairs: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> "Iterator[None]":
        """Count the seconds of one stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def lines(self) -> list[str]:
        """The counts, and the seconds of each stage, as people read them."""
        counts = f"processed {self.processed}, failed {self.failed}, mentions {self.mentions}"
        stages = [f"{name:<16}{seconds:8.2f} s" for name, seconds in self.seconds.items()]
        return [f"{counts}, pairs {self.pairs}", *stages]


def process_received(
    *,
    batch: int = BATCH,
    until: Callable[[], bool] = lambda: False,
    after: Callable[[int], None] = lambda _: None,
    tally: Tally | None = None,
) -> Tally:
    """Carry what is due through the route, oldest first, until nothing is or `until` says so.

    `after` is told how many submissions were carried so far, once for each batch.
    """
    tally = tally or Tally()
    reweighing.apply()
    size = batch
    while not until() and (items := intake.take(size)):
        start = time.monotonic()
        _carry(items, tally)
        size = _next_size(size, batch, time.monotonic() - start)
        after(tally.processed)
    return tally


#: Seconds in which a batch should be done: whoever else links waits for it, and so does the clock.
TURN = 5.0


def _next_size(size: int, most: int, seconds: float) -> int:
    """Half as many after a slow batch, twice as many after a quick one."""
    if seconds > TURN:
        return max(1, size // 2)
    return min(most, size * 2) if seconds < TURN / 4 else size


def _carry(items: Sequence[QueueItem], tally: Tally) -> None:
    """Process a batch. Where it fails, each by itself: one bad submission does not stop the rest.

    Raises what went wrong where the database is gone, which is no submission's fault.
    """
    try:
        with transaction.atomic():
            process(intake.hold(items), tally)
    except Exception as error:
        if not connection.is_usable():
            raise
        if len(items) > 1:
            for item in items:
                _carry([item], tally)
            return
        # Class and place only: the message of an error may quote what a partner sent.
        logger.warning("Submission %s: %s", items[0].submission_id, type(error).__name__)
        intake.fail(items[0], error)
        tally.failed += 1


def process(items: Sequence[QueueItem], tally: Tally) -> None:
    """Carry submissions from receipt to profiles. Running it again changes nothing."""
    if not items:  # another worker did them while this one was at the rest of its batch
        return
    with tally.stage("normalise"):
        records = resolution.normalise(items)
    resolution.wait_for_turn()
    with tally.stage("find candidates"):
        pairs = candidates.find(withdrawing.leave(records))
    with tally.stage("score"):
        scoring.score(pairs, of=records)
    with tally.stage("recluster"):
        touched = resolution.recluster(record.id for record in records)
    with tally.stage("rebuild"):
        victims.rebuild(touched)
        offenders.rebuild(touched)
    with tally.stage("finish"):
        audit.record(
            by=None,
            operation="combination",
            verb="link",
            object_type="mention",
            object_ids=[record.id for record in records],
            detail={"submissions": sorted({str(item.submission_id) for item in items})},
        )
        intake.finish(items)
    tally.processed += len(items)
    tally.mentions += len(records)
    tally.pairs += len(pairs)


def rescore(*, after: Callable[[int], None] = lambda _: None) -> int:
    """Score every link of an older version anew, some at a time; return how many there were."""
    done = 0
    while True:
        with transaction.atomic():
            resolution.wait_for_turn()
            found = rescoring.some()
            touched = resolution.recluster(found.mentions)
            victims.rebuild(touched)
            offenders.rebuild(touched)
        if not found.links:
            return done
        done += found.links
        after(done)
