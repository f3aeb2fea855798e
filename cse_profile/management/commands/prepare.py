"""prepare: everything a start needs, in one process."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from cse_profile import catalogue, readiness
from intelligence import versions


class Command(BaseCommand):
    """Roles, tables, the context key, styles and scripts. Doing it again changes nothing."""

    help = "Make roles, tables, context key and static files ready for a start."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def handle(self, *args: Any, **options: Any) -> None:
        """One after the other; the first that fails ends it."""
        call_command("provision_roles", verbosity=0)
        call_command("migrate", verbosity=0)
        call_command("install_context_key", verbosity=0)
        versions.offer_shipped()
        catalogue.compile_all()
        call_command("collectstatic", interactive=False, verbosity=0)
        readiness.note_ready()
