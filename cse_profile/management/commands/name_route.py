"""name_route: whom to call about a child at risk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import roster
from partners.models import Agency, Area


class Command(BaseCommand):
    """Sets the referral route of a force area, or of one agency."""

    help = "Say whom the people of a force area, or of one agency, call about a child at risk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose route, and its words."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--area", help="code of the force area")
        whose.add_argument("--agency", help="code of the agency")
        parser.add_argument("words", help="e.g. “the Dogger hub on 01632 960500, day and night”")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it."""
        areas, agencies = Area.objects.all(), Agency.objects.all()
        found: Area | Agency | None = (
            areas.filter(code=options["area"]).first()
            if options["area"]
            else agencies.filter(code=options["agency"]).first()
        )
        if found is None:
            raise CommandError("There is none with this code: load it first.")
        try:
            roster.name_route(found, options["words"], by=None)
        except roster.BadListError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{found}: “If a child is at risk, call {found.referral_route}.”")
