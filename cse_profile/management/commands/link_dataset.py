"""link_dataset: link a file of persons, and write which rows are one person."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cse_profile import datasets
from linking import executors

#: The format whose columns a map names.
MAPPED = "csv"


class Command(BaseCommand):
    """Reads a CSV or Parquet file of persons and writes `id,cluster`. No database is asked."""

    help = "Link the persons of a file among themselves, without labels, and write id,cluster."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The format, the map that the format csv needs, and both files."""
        parser.add_argument("--format", choices=(*datasets.FORMATS, MAPPED), required=True)
        parser.add_argument(
            "--map",
            type=Path,
            help="JSON for --format csv: from each of these to its column or list of columns:"
            f" {', '.join(datasets.FIELDS)}",
        )
        parser.add_argument(
            "--executor",
            choices=executors.NAMES,
            default="compiled",
            help="what scores the pairs: compiled code, Splink on DuckDB, or Splink on Spark"
            " (CSE_PROFILE_SPARK names its master); the answer is the same",
        )
        parser.add_argument("source", type=Path, metavar="IN")
        parser.add_argument("target", type=Path, metavar="OUT")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the whole file or none of it."""
        source: Path = options["source"]
        target: Path = options["target"]
        try:
            columns = self._columns(options["format"], options["map"])
            linked = datasets.link(source, target, columns=columns, executor=options["executor"])
        except ImportError as error:
            raise CommandError(
                f"{error.name} is not installed: see requirements-train.txt and"
                " requirements-spark.txt."
            ) from None
        except datasets.DatasetError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror}.") from None
        self.stdout.write(f"{linked.rows} rows, {linked.clusters} persons in {target}")

    def _columns(self, chosen: str, mapped: Path | None) -> datasets.Columns:
        if chosen == MAPPED:
            if mapped is None:
                raise CommandError("The format csv needs a map: --map MAP.json.")
            return datasets.read_map(mapped)
        if mapped is not None:
            raise CommandError(f"The format {chosen} has a map of its own: leave --map out.")
        return datasets.FORMATS[chosen]
