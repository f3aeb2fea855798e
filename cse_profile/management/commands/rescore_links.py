"""rescore_links: score older links anew with the active version of the model."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cse_profile import pipeline
from cse_profile.progress import Progress
from intelligence import rescoring


class Command(BaseCommand):
    """Changes what analysts see of the past: for when a supervisor has asked for it."""

    help = "Score the links of older versions anew with the active one; what they weighed is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to do it or only to count."""
        parser.add_argument("--yes", action="store_true", help="do it; otherwise only count")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, or go on until none is older."""
        links = rescoring.waiting()
        if not options["yes"]:
            self.stdout.write(f"{links} links are of older versions. Add --yes to score them anew.")
            return
        with Progress("scored anew", links, self.stderr) as progress:
            done = pipeline.rescore(after=progress.to)
        self.stdout.write(f"{done} links scored anew.")
