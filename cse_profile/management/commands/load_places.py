"""load_places: the places that people of an area know by name, from a CSV file."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners import roster


class Command(BaseCommand):
    """Adds places, so that they are recognised in free text."""

    help = "Add public places (shops, parks, stations, streets) from a CSV file: force_area,name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """All of the file or nothing."""
        path = options["file"]
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file, restkey="", restval=""))
            added = roster.load_places(rows, by=None)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from None
        except (UnicodeDecodeError, csv.Error):
            raise CommandError(f"{path} is not a CSV file in UTF-8.") from None
        except roster.BadListError as bad:
            raise CommandError("\n".join(bad.errors)) from None
        self.stdout.write(f"places: added {added}, already there {len(rows) - added}")
