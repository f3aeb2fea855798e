"""carry_uploads: check and send the rows of uploaded files. A worker starts it."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cse_profile import uploading
from intelligence.uploads.importing import Waiting


class Command(BaseCommand):
    """The part of a worker that acts as a partner."""

    #: The checks read every page; the worker that starts this has passed them.
    requires_system_checks = ()
    help = "Carry uploads, each in the name of who uploaded it. Started by the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and for how long."""
        parser.add_argument("waiting", nargs="+", metavar="UPLOAD:PERSON")
        parser.add_argument("--seconds", type=float, default=30.0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until all is done or the time is up."""
        waiting = [
            Waiting(*(uuid.UUID(part) for part in named.split(":", 1)))
            for named in options["waiting"]
        ]
        uploading.carry(waiting, until=uploading.seconds_from_now(options["seconds"]))
