"""open_community: let people without an account write to the desk of a force area."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import roster
from partners.models import Area


class Command(BaseCommand):
    """Opens the community route of an area, or closes it."""

    help = "Let people without an account write to the intelligence desk of a force area."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which area, and whether to close it."""
        parser.add_argument("--area", required=True, help="code of the force area")
        parser.add_argument("--close", action="store_true", help="take no more messages")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open or close it."""
        area = Area.objects.filter(code=options["area"]).first()
        if area is None:
            raise CommandError("There is no area with this code: load its agencies first.")
        if options["close"]:
            roster.close_community(area, by=None)
            self.stdout.write(f"{area.name}: closed. What waits can still be read.")
            return
        agency = roster.open_community(area, by=None)
        self.stdout.write(f"{area.name}: open at /tell/, taken in as “{agency.name}”.")
