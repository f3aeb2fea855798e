"""process: carry what was received through the route, in this process."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cse_profile import pipeline
from cse_profile.progress import Progress
from intelligence import intake


class Command(BaseCommand):
    """The route, without a broker."""

    help = "Carry what was received through the route; print counts and seconds for each stage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long to go on."""
        parser.add_argument(
            "--until-empty",
            action="store_true",
            help="go on until nothing waits: what failed is tried again, and set aside in the end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until nothing is due, or until nothing waits."""
        tally = pipeline.Tally()
        with Progress("processed", intake.waiting(), self.stderr) as progress:
            pipeline.process_received(tally=tally, after=progress.to)
            while options["until_empty"] and (due_in := intake.due_in()) is not None:
                time.sleep(min(max(due_in, 0.05), 1.0))
                pipeline.process_received(tally=tally, after=progress.to)
        for line in tally.lines():
            self.stdout.write(line)
