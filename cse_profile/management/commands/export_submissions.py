"""export_submissions: what an agency sent, as bundles in the shape of the police's data model."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intelligence import exports
from partners.models import Agency


class Command(BaseCommand):
    """Writes one bundle a line, the oldest first: docs/exchange-ihub.md."""

    help = "Write what an agency sent as JSON bundles; import_submissions reads them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agency and the file."""
        parser.add_argument("agency", help="code of the agency")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the whole file or none of it."""
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['agency']}”.")
        path: Path = options["file"]
        part = path.with_name(path.name + ".part")
        try:
            with part.open("w", encoding="utf-8") as file:
                rows = exports.submissions(agency, file, by=None)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"{path}: {error.strerror}.") from None
        self.stdout.write(f"{rows} submissions in {path}")
