"""create_token: a key to the API for an agency's own system."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import roster
from partners.models import Agency, ApiToken


class Command(BaseCommand):
    """Issues a token of the agency's machine user."""

    help = "Issue an API token of an agency's machine user; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agency, and for how long."""
        parser.add_argument("agency", help="code of the agency")
        parser.add_argument("--days", type=int, default=365, help="days until it expires (365)")
        parser.add_argument(
            "--scope",
            action="append",
            choices=ApiToken.Scope.values,
            help="what it may do: “send”, “read”; both where none is given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone, so that a script can read it."""
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['agency']}”: load it first.")
        if not 0 < options["days"] <= 3660:
            raise CommandError("A token lasts from 1 to 3660 days.")
        token, key = roster.issue_token(
            agency,
            by=None,
            days=options["days"],
            scopes=options["scope"] or ApiToken.Scope.values,
        )
        self.stdout.write(key)
        self.stderr.write(f"Keep it now: it is shown this once. To end it: end_token {token.pk}\n")
