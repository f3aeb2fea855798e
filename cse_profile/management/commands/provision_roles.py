"""provision_roles: the database logins, once for each database server."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cse_profile import roles
from cse_profile.processes import StackError


class Command(BaseCommand):
    """Makes the roles that row security names, and the logins that are not named otherwise."""

    help = "Make the database roles of web and worker where they are missing (as the owner, once)."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was made."""
        try:
            made = roles.provision()
        except StackError as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            self.stdout.write(f"made: {', '.join(made)}" if made else "all roles are there")
