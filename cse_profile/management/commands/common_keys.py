"""common_keys: which kinds of details are shared by too many mentions to be looked for by them."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Max, Sum

from intelligence.models import CommonKey
from linking.keys import COMMON


class Command(BaseCommand):
    """Counts, by kind; of what a key was made is not known."""

    help = "Count the keys that too many mentions share, by the kind of detail they are made of."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each kind, the commonest first."""
        kinds = CommonKey.objects.values("kind").annotate(
            keys=Count("key"), held=Sum("mentions"), most=Max("mentions")
        )
        if not kinds:
            self.stdout.write(f"No key is shared by more than {COMMON} mentions.")
        for row in kinds.order_by("-held", "kind"):
            self.stdout.write(
                f"{row['kind']:<16}{row['keys']:>8} keys {row['held']:>10} times held, "
                f"the commonest by {row['most']} mentions"
            )
