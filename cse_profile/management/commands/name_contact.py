"""name_contact: how police and the safeguarding hub reach an agency."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import roster
from partners.models import Agency


class Command(BaseCommand):
    """Sets how to reach an agency."""

    help = "Say how police and the safeguarding hub reach an agency, by day and by night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and its words."""
        parser.add_argument("agency", help="code of the agency")
        parser.add_argument("words", help="e.g. “the designated lead on 01632 960511, 8am to 5pm”")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it."""
        found = Agency.objects.filter(code=options["agency"]).first()
        if found is None:
            raise CommandError("There is no agency with this code: load it first.")
        try:
            roster.name_contact(found, options["words"], by=None)
        except roster.BadListError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{found}: {found.contact}")
