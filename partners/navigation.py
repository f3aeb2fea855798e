"""The menu, by role."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu of the person who asks."""
    return {"nav": []}
