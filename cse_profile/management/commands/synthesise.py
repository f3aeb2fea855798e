"""synthesise: write an invented world to files."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import synthetic
from cse_profile.progress import Progress
from synthetic.recipes import RECIPES


class Command(BaseCommand):
    """Writes `agencies.csv`, `submissions.jsonl` and, apart from them, `truth/persons.csv`."""

    help = "Write an invented world: who reports, what they send, and apart from it who is who."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which world, how big, from what seed, up to which day, and where to."""
        parser.add_argument("--submissions", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--world", choices=sorted(RECIPES), required=True)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument(
            "--last-day",
            type=date.fromisoformat,
            default=synthetic.LAST_DAY,
            help=f"the last day that is told of (default {synthetic.LAST_DAY})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, the same for the same options."""
        last_day: date = options["last_day"]
        if last_day > timezone.localdate():
            raise CommandError(f"{last_day} lies in the future: nothing can be told of it yet.")
        size, out = options["submissions"], options["out"]
        try:
            world = synthetic.make(
                options["world"], submissions=size, seed=options["seed"], last_day=last_day
            )
            with Progress("written", size, self.stderr) as progress:
                mentions = synthetic.write(world, out, after=progress.to)
        except ValueError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}.") from None
        self.stdout.write(f"{size} submissions with {mentions} mentions in {out}")
