"""verify_audit: is the log as it was sealed?"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partners import audit


class Command(BaseCommand):
    """Holds every sealed row of the log against its seal."""

    help = "Check the audit log against its seals; exit 1 and name the first bad row."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was checked, or what is wrong first."""
        directory = settings.VAR / "audit"
        found = audit.verify(directory)
        if not found.good:
            where = f"row {found.seq}: " if found.seq is not None else ""
            raise CommandError(f"{where}{found.problem}")
        told = f"{found.rows} rows in {found.seals} seals are as they were sealed"
        if not found.seals:
            told = "sealing has not begun on this database: the worker seals every minute"
        self.stdout.write(f"{told}; {audit.unsealed(directory)} rows are not sealed yet")
