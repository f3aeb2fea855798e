"""Sessions of which the database keeps no key, and which end however busy they are.

A row is stored under the hash of its key: whoever reads the table cannot take over a session.
"""

import hashlib
import time
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

#: Seconds after which one must sign in again, busy or not. Idle sessions end much sooner.
LONGEST = 10 * 60 * 60
_BEGAN = "_began"


def kept(key: str) -> str:
    """What the table holds for `key`: 160 bits of its hash, the width of the column."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """One session, in the database."""

    def _get_session_from_db(self) -> Any:
        row = None
        if self.session_key is not None:
            kept_as = kept(self.session_key)
            rows = self.model._default_manager.filter(session_key=kept_as)
            row = rows.filter(expire_date__gt=timezone.now()).first()
        if row is None or time.time() - self.decode(row.session_data).get(_BEGAN, 0) > LONGEST:
            self._session_key = None
            return None
        return row

    def exists(self, session_key: str) -> bool:
        """Is there a session with this key?"""
        return super().exists(kept(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row, under the hash of its key and with the time at which the session began."""
        data.setdefault(_BEGAN, int(time.time()))
        row = super().create_model_instance(data)
        row.session_key = kept(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key, or this one."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(kept(key))
