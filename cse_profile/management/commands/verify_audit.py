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
        found = audit.verify(settings.VAR / "audit")
        if not found.good:
            where = f"row {found.seq}: " if found.seq is not None else ""
            raise CommandError(f"{where}{found.problem}")
        self.stdout.write(f"{found.rows} rows in {found.seals} seals are as they were sealed")
