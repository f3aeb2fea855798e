"""train_linker: train a version of the linking model on what is stored."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cse_profile.progress import Progress
from intelligence import comparing
from intelligence.models import ModelVersion


class Command(BaseCommand):
    """Trains with Splink, keeps a draft, and says what it would change. No link is touched."""

    help = "Train a version of the linking model as a draft, and compare it with the active one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How, and whether only to compare."""
        parser.add_argument("--seed", type=int, default=0, help="of the mentions drawn for u")
        parser.add_argument(
            "--right", type=float, default=0.98, help="share of links that are to be right"
        )
        parser.add_argument(
            "--compare", type=int, metavar="NUMBER", help="only compare this version once more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Train and compare, or compare alone."""
        row = self._compare(options["compare"]) if options["compare"] else self._train(options)
        self.stdout.write("\n".join(lines(row)))

    def _train(self, options: dict[str, Any]) -> ModelVersion:
        try:
            from cse_profile import training
        except ImportError:
            raise CommandError(
                "Splink is not installed: pip install -r requirements-train.txt."
            ) from None
        with self._telling("training", training.STEPS) as tell:
            try:
                return training.train(seed=options["seed"], right=options["right"], tell=tell)
            except ValueError as error:
                raise CommandError(f"Nothing was trained: {error}.") from None

    def _compare(self, number: int) -> ModelVersion:
        row = ModelVersion.objects.filter(number=number).first()
        if row is None:
            raise CommandError(f"There is no version {number}.")
        with self._telling("comparing", comparing.STEPS) as tell:
            comparing.compare(row, tell=tell)
        row.refresh_from_db()
        return row

    @contextmanager
    def _telling(self, name: str, steps: Sequence[str]) -> Iterator[comparing.Tell]:
        with Progress(name, len(steps), self.stderr) as progress:
            yield lambda step: progress.to(steps.index(step), step)


def lines(row: ModelVersion) -> list[str]:
    """What a version is and what it would change, as people read it."""
    found = row.comparison or {}
    pairs = f"{found['pairs']:,} pairs of {found['mentions']:,} mentions"
    links = f"{found['links']:,} links ({found['gained']:,} gained, {found['lost']:,} lost)"
    moved = f"{found['clusters_gone']:,} gone, {found['mentions_moved']:,} mentions moved"
    return [
        f"Version {row.number} ({row.version[:12]}), {row.get_state_display().lower()}",
        f"{pairs}: {links}",
        f"{found['clusters']:,} groups: {found['clusters_new']:,} new, {moved}",
        f"Against {found['decided']:,} decided pairs: {_right(found['other'])}",
        f"The active version: {_right(found['active'])}",
    ]


def _right(worth: dict[str, Any]) -> str:
    if not worth["above"] or not worth["same"]:
        return "too few to tell"
    return (
        f"precision {worth['same_above'] / worth['above']:.3f},"
        f" recall {worth['same_above'] / worth['same']:.3f}"
    )
