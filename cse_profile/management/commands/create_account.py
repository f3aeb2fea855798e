"""create_account: somebody who may sign in, and the password that lets them."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from partners.models import AccountRequest, Agency, User
from partners.policy import Role
from partners.team import accounts


class Command(BaseCommand):
    """Makes an account, as a lead asked for it or as the options say."""

    help = "Make an account; its password is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and where they work."""
        parser.add_argument("username", help="what they sign in with")
        parser.add_argument("--request", type=UUID, help="id of what a lead asked for")
        parser.add_argument("--agency", help="code of the agency")
        parser.add_argument("--role", choices=Role.values, help="what they come here to do")
        parser.add_argument("--name", help="their name, as pages show it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the password alone, so that a script can read it."""
        try:
            user, password = self._make(options)
        except accounts.AccountError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(password)
        self.stderr.write(
            f"{user.username}, {user.get_role_display()} of {user.agency}. Give them the password "
            "in person or by telephone: it is shown this once.\n"
        )

    def _make(self, options: dict[str, Any]) -> tuple[User, str]:
        if options["request"]:
            asked = AccountRequest.objects.filter(pk=options["request"]).first()
            if asked is None:
                raise CommandError("There is no request with this id.")
            return accounts.make_asked(asked, username=options["username"])
        if not (options["agency"] and options["role"] and options["name"]):
            raise CommandError("Give --request, or --agency, --role and --name.")
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['agency']}”: load it first.")
        return accounts.make(
            agency=agency,
            username=options["username"],
            name=options["name"],
            role=options["role"],
        )
