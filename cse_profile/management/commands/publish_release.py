"""Freeze, gate, audit and publish the release of the quarter before a day."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from problem_profile import publication
from problem_profile.measures import Quarter


class Command(BaseCommand):
    """`publish_release --as-at DATE`."""

    help = "Publish the release of the quarter before a day."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day."""
        parser.add_argument("--as-at", required=True, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and say what was published."""
        try:
            as_at = date.fromisoformat(options["as_at"])
        except ValueError:
            raise CommandError(f"“{options['as_at']}” is not a day, like 2026-10-01.") from None
        try:
            published = publication.publish(as_at=as_at)
        except publication.NotBegunError as error:
            raise CommandError(f"Nothing was published. {error}") from None
        except publication.NotSafeError as error:
            raise CommandError(f"Nothing was published. {error}") from None
        release = published.release
        figures = list(release.figures.all())
        hidden = sum(figure.value is None for figure in figures)
        what = "published" if published.is_new else "unchanged, nothing new published"
        if release.is_provisional:
            what += ", provisional: the quarter is not over"
        self.stdout.write(
            f"{Quarter(release.quarter)}, edition {release.edition}: {what}. "
            f"{len(figures)} figures, {hidden} of them hidden."
        )
