"""install_context_key: after the secret key of the installation has changed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from partners import context


class Command(BaseCommand):
    """Gives the database the key with which it checks who is asking."""

    help = "Put the key that signs database contexts where the database checks it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace the key in one transaction."""
        with transaction.atomic():
            context.install_key()
        if options["verbosity"]:
            self.stdout.write("the context key is installed")
