"""renew_agreement: what lets an agency receive, from when and until when."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from partners.models import Agency
from partners.team import agreements


class Command(BaseCommand):
    """Records another agreement of an agency; earlier ones stay."""

    help = "Record a sharing agreement of an agency. Without a current one it receives nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agency, and what was agreed."""
        parser.add_argument("agency", help="code of the agency")
        parser.add_argument("--title", required=True, help="what the agreement is called")
        parser.add_argument("--purpose", required=True, help="what it lets be shared, and why")
        parser.add_argument("--signed", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--from", type=date.fromisoformat, help="YYYY-MM-DD; today")
        parser.add_argument("--review", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--until", required=True, type=date.fromisoformat, help="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Record it."""
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['agency']}”: load it first.")
        try:
            made = agreements.agree(
                agency,
                by=None,
                title=options["title"],
                purpose=options["purpose"],
                signed_on=options["signed"],
                starts_on=options["from"] or timezone.localdate(),
                review_on=options["review"],
                expires_on=options["until"],
            )
        except IntegrityError:
            raise CommandError(
                "An agreement ends after it starts, and is reviewed in between."
            ) from None
        self.stdout.write(f"{agency} receives from {made.starts_on} to {made.expires_on}.")
