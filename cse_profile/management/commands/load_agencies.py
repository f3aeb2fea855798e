"""load_agencies: who takes part, from a CSV file."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from intelligence import audience
from partners import roster


class Command(BaseCommand):
    """Adds or updates agencies and the force areas they name."""

    help = "Add or update agencies from a CSV file with code, name, kind and force_area."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """All of the file or nothing; then open to each force what it now has to see."""
        rows = read(options["file"])
        try:
            with transaction.atomic():
                loaded = roster.load_agencies(rows, by=None)
                opened = sum(audience.admit(agency) for agency in loaded.agencies)
        except roster.BadListError as bad:
            raise CommandError("\n".join(bad.errors)) from None
        same = len(loaded.agencies) - loaded.added - loaded.updated
        self.stdout.write(
            f"agencies: added {loaded.added}, updated {loaded.updated}, unchanged {same}; "
            f"new force areas {loaded.areas}"
        )
        if opened:
            self.stdout.write(f"opened {opened} earlier reports to agencies that now receive them")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of `agencies.csv`. Raises CommandError, in one sentence, where it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            missing = [name for name in roster.COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise CommandError(f"{path}: the first line names no {', '.join(missing)}.")
            return list(reader)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error):
        raise CommandError(f"{path} is not a CSV file in UTF-8.") from None
