"""What the supervisor does while all is up: start again what ends by itself, or hangs."""

import time
from dataclasses import dataclass, field

from cse_profile import roles
from cse_profile.processes import Process, StackError, say

#: A process that ends this often within `WINDOW` seconds is not started again.
MOST = 20
WINDOW = 60.0
#: Seconds between two looks at the queue, and for which its first row may stay the first.
PAUSE = 5.0
STUCK = 60.0
#: Whatever waits longest: a worker takes the oldest first, so a worker that works changes it.
_OLDEST = """
SELECT id::text FROM intelligence_queueitem
WHERE done_at IS NULL AND parked_at IS NULL AND next_at <= now() ORDER BY next_at, id LIMIT 1
"""


@dataclass
class Watch:
    """The processes under watch, when each ended, and what has waited longest since when."""

    processes: list[Process]
    ends: dict[str, list[float]] = field(default_factory=dict)
    oldest: tuple[str, float] = ("", 0.0)
    looked_at: float = 0.0

    def look(self) -> None:
        """Once around. Raises StackError where starting again has not helped."""
        for process in self.processes:
            if process.ended:
                self._start_again(process)
        now = time.monotonic()
        if now - self.looked_at > PAUSE:
            self.looked_at = now
            self._see_to_the_queue(now)

    def _start_again(self, process: Process) -> None:
        now = time.monotonic()
        ends = [at for at in self.ends.get(process.name, []) if now - at < WINDOW]
        if len(ends) >= MOST:
            raise StackError(f"{process.name} ended {MOST} times in a minute; see {process.log}.")
        self.ends[process.name] = [*ends, now]
        time.sleep(min(0.05 * 2 ** len(ends), 2.0))
        say(f"{process.name} ended by itself; starting it again")
        process.start_again()

    def _see_to_the_queue(self, now: float) -> None:
        """Start the worker again when nothing moves.

        A Celery consumer can hang after the broker was away: it lives, and takes nothing.
        """
        first = _longest_waiting()
        if first != self.oldest[0]:
            self.oldest = (first, now)
        elif first and now - self.oldest[1] > STUCK:
            say(f"nothing was taken up for {STUCK:.0f} seconds; starting the worker again")
            self.oldest = ("", now)
            for process in self.processes:
                if process.name == "worker":
                    process.start_again()


def _longest_waiting() -> str:
    """The queue row that has waited longest; empty where none waits or the database is away."""
    try:
        with roles.connected(roles.address("worker")) as connection, connection.cursor() as cursor:
            cursor.execute(_OLDEST)
            found = cursor.fetchone()
    except StackError:
        return ""
    return str(found[0]) if found else ""
