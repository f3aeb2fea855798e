"""How often the API may be asked: by one token, and by all tokens of one agency.

Counted in PostgreSQL, not on the broker: the limit holds while the broker is away, and for all web
servers together. Counted before the request's own transaction, so that a refused request counts.

A leaky bucket in one row (the generic cell rate algorithm): `due` is when all that was asked would
have been asked at an even pace. There is no edge of a window to crowd at and nothing to clear up.
"""

import math
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from partners.models import ApiToken

#: Seconds within which the whole of a limit may be used at once.
WINDOW = 60

_ASK = """
    INSERT INTO partners_apipace AS held (subject, due)
    VALUES (%(subject)s::uuid, clock_timestamp() + %(step)s * interval '1 second')
    ON CONFLICT (subject) DO UPDATE
    SET due = greatest(held.due, clock_timestamp()) + %(step)s * interval '1 second'
    WHERE held.due <= clock_timestamp() + (%(window)s - %(step)s) * interval '1 second'
    RETURNING held.subject
"""
_WAIT = """
    SELECT extract(epoch FROM due - clock_timestamp())::float8 + %(step)s - %(window)s
    FROM partners_apipace WHERE subject = %(subject)s::uuid
"""


@dataclass(frozen=True)
class TooOften:
    """Who asked too often, how often they may ask in a minute, and the seconds to wait."""

    who: str
    limit: int
    wait: int

    @property
    def sentence(self) -> str:
        """What the sender is told."""
        seconds = "1 second" if self.wait == 1 else f"{self.wait} seconds"
        return (
            f"{self.who} may ask {self.limit} times a minute. Wait {seconds}, then send the same "
            "again: nothing of this request was stored."
        )


def ask(token: ApiToken) -> TooOften | None:
    """Count one request of this token. None where it may go on."""
    limits = settings.API_A_MINUTE
    return _ask("This token", token.pk, limits["token"]) or _ask(
        "Your agency", token.user.agency_id, limits["agency"]
    )


def _ask(who: str, subject: uuid.UUID, limit: int) -> TooOften | None:
    values: dict[str, str | float] = {
        "subject": str(subject),
        "step": WINDOW / limit,
        "window": WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, values)
        if cursor.fetchone():
            return None
        cursor.execute(_WAIT, values)
        row = cursor.fetchone()
    return TooOften(who, limit, max(1, math.ceil(row[0]) if row else 1))
