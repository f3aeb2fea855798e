"""end_token: a key to the API that opens nothing any more."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from partners import roster
from partners.models import ApiToken


class Command(BaseCommand):
    """Ends a token of the API, or lists those of an agency that are good."""

    help = "End a token of the API by its id; without an id, list those that are good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The id that create_token told."""
        parser.add_argument("token", nargs="?", type=UUID, help="id of the token")

    def handle(self, *args: Any, **options: Any) -> None:
        """End it, and say so."""
        held = ApiToken.objects.filter(revoked_at=None).select_related("user__agency")
        if options["token"] is None:
            for token in held.order_by("user__agency__code", "created_at"):
                scopes = ",".join(token.scopes)
                until = f"{token.expires_at:%Y-%m-%d}"
                self.stdout.write(f"{token.pk} {token.user.agency.code} {scopes} until {until}")
            return
        found = held.filter(pk=options["token"]).first()
        if found is None:
            raise CommandError("There is no token with this id, or it has ended already.")
        roster.end_token(found, by=None)
        self.stdout.write(f"The token of {found.user.agency} has ended.")
