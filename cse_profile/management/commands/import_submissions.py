"""import_submissions: a JSON Lines file, through the same intake as the API."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cse_profile import bulk
from cse_profile.progress import Progress, in_bytes


class Command(BaseCommand):
    """Takes each line as the machine user of the agency that it names."""

    help = "Take submissions from a JSON Lines file; may be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what became of the lines."""
        path: Path = options["file"]
        try:
            size = path.stat().st_size
            with Progress("imported", size, self.stderr, amount=in_bytes) as progress:
                done = bulk.import_file(path, after=lambda read, so: progress.to(read, str(so)))
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}.") from None
        self.stdout.write(str(done))
        for advice, lines in done.urgent.items():
            self.stderr.write(f"{lines} of these say that a child may be at risk now. {advice}")
        if done.refused or done.conflict:
            self.stderr.write(f"See {bulk.refused_path(path)}.")
