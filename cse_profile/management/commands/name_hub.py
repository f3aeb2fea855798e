"""name_hub: which agency is the safeguarding hub of a force area."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from intelligence import audience
from partners import roster
from partners.models import Agency, Area


class Command(BaseCommand):
    """Names the hub of an area, and hands over to it what the last one held."""

    help = "Name the safeguarding hub of a force area; reports and waiting alarms go over to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and who."""
        parser.add_argument("area", help="code of the force area")
        parser.add_argument("agency", help="code of the agency, of that area")

    def handle(self, *args: Any, **options: Any) -> None:
        """Name it, in one transaction with what it takes over."""
        area = Area.objects.filter(code=options["area"]).first()
        agency = Agency.objects.filter(code=options["agency"]).first()
        if area is None or agency is None:
            raise CommandError("There is no such area, or no such agency: load it first.")
        try:
            with transaction.atomic():
                before = roster.name_hub(area, agency, by=None)
                opened = audience.hand_over(area, before=before, to=agency)
        except roster.BadListError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{agency} is the hub of {area}; {opened} reports are open to it")
