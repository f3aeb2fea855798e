"""end_account: somebody who may not sign in any more, or who needs another password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.models import User
from partners.team import accounts


class Command(BaseCommand):
    """Ends an account, or gives it another password."""

    help = "End an account, or give it a new password, which is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username", help="what they sign in with")
        parser.add_argument(
            "--new-password", action="store_true", help="do not end it: give it another password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """End it and say so, or print the password alone."""
        rows = User.objects.filter(is_machine=False, is_active=True)
        user = rows.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Nobody signs in as “{options['username']}”.")
        if options["new_password"]:
            self.stdout.write(accounts.new_password(user))
            return
        accounts.end(user, by=None)
        self.stdout.write(f"The account of {user.name} has ended.")
