"""export_links: which cluster each person mention belongs to now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intelligence import exports


class Command(BaseCommand):
    """Writes `agency,reference,person_ref,profile` for every mention."""

    help = "Write a CSV file of the cluster of each person mention, proposed or accepted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the whole file or none of it."""
        path: Path = options["file"]
        part = path.with_name(path.name + ".part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                rows = exports.links(file, by=None)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"{path}: {error.strerror}.") from None
        self.stdout.write(f"{rows} mentions in {path}")
