"""How often the API may be asked: by one token, and by all tokens of one agency; and how often
somebody without an account may write from one network address.

Counted in PostgreSQL, not on the broker: the limit holds while the broker is away, and for all web
servers together. Counted before the request's own transaction, so that a refused request counts.

A leaky bucket in one row (the generic cell rate algorithm): `due` is when all that was asked would
have been asked at an even pace. There is no edge of a window to crowd at and nothing to clear up.
"""

import hashlib
import hmac
import ipaddress
import math
import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from partners.models import ApiToken, StrangerPace

#: Seconds within which the whole of a limit may be used at once.
WINDOW = 60

_ASK = """
    INSERT INTO {table} AS held (subject, due)
    VALUES (%(subject)s::uuid, clock_timestamp() + %(step)s * interval '1 second')
    ON CONFLICT (subject) DO UPDATE
    SET due = greatest(held.due, clock_timestamp()) + %(step)s * interval '1 second'
    WHERE held.due <= clock_timestamp() + (%(window)s - %(step)s) * interval '1 second'
    RETURNING held.subject
"""
_WAIT = """
    SELECT extract(epoch FROM due - clock_timestamp())::float8 + %(step)s - %(window)s
    FROM {table} WHERE subject = %(subject)s::uuid
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
    for who, subject, limit in (
        ("This token", token.pk, limits["token"]),
        ("Your agency", token.user.agency_id, limits["agency"]),
    ):
        if wait := _ask("partners_apipace", subject, limit, WINDOW):
            return TooOften(who, limit, wait)
    return None


def _ask(table: str, subject: uuid.UUID, limit: int, window: int) -> int:
    """Count one request; the seconds to wait, 0 where it may go on."""
    step: float = window / limit
    values: dict[str, str | float] = {"subject": str(subject), "step": step, "window": window}
    with connection.cursor() as cursor:
        cursor.execute(_ASK.format(table=table), values)
        if cursor.fetchone():
            return 0
        cursor.execute(_WAIT.format(table=table), values)
        row = cursor.fetchone()
    return max(1, math.ceil(row[0]) if row else 1)


#: Seconds within which the whole of a stranger's limit may be used at once.
HOUR = 3600


def stranger(address: str) -> int:
    """Count one message from a network address; the seconds to wait, 0 where it may go on.

    Nothing of the address is kept but a keyed hash in which the hour stands: nobody can find out
    from it who wrote, nor whether two hours saw the same. It is gone once it counts for nothing.
    """
    forget_strangers()
    hour = int(time.time()) // HOUR
    key = hashlib.sha256(f"stranger:{settings.SECRET_KEY}".encode()).digest()
    digest = hmac.new(key, f"{hour}|{_network(address)}".encode(), hashlib.sha256).digest()
    limit = settings.STRANGER_AN_HOUR
    return _ask("partners_strangerpace", uuid.UUID(bytes=digest[:16]), limit, HOUR)


def forget_strangers() -> int:
    """Remove what counts for nothing any more; how many."""
    gone, _ = StrangerPace.objects.filter(due__lte=timezone.now()).delete()
    return gone


def _network(address: str) -> str:
    """The address, or of IPv6 the network of 64 bits that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False))
