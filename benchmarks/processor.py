"""Time of the processor: what can be compared where the machine is shared with other work."""

import os
import time
from pathlib import Path


def used() -> float:
    """Seconds that this process, and its backend in the database, have had so far."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
