"""demo_world: the demonstration's agencies, accounts and invented world."""

from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cse_profile import demo
from cse_profile.progress import Progress


class Command(BaseCommand):
    """Loads what is missing of the demonstration; what is there is kept."""

    help = "Load the demonstration's agencies, accounts and world (CSE_PROFILE_DEMO_SUBMISSIONS)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, showing each stage."""
        try:
            with Stages(self.stderr) as stages:
                demo.load(demo.size(), tell=stages)
        except ValueError as error:
            raise CommandError(f"CSE_PROFILE_DEMO_SUBMISSIONS: {error}.") from None
        except demo.NotADemonstrationError:
            message = "This database holds submissions that are not the demonstration's."
            raise CommandError(message) from None


class Stages(ExitStack):
    """One bar for each stage."""

    def __init__(self, out: Any) -> None:
        super().__init__()
        self.out = out
        self.bar: Progress | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move on within a stage, or to the next."""
        if self.bar is None or self.bar.name != stage:
            self.close()
            self.bar = self.enter_context(Progress(stage, total, self.out))
        self.bar.to(done)
