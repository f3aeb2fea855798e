"""The menu: what each role comes here for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from partners import policy
from partners.policy import Action

_ITEMS = (
    ("Home", "home", Action.SIGN_IN),
    ("Alarms", "alarms", Action.ANSWER_ALARMS),
    ("Review queue", "review", Action.REVIEW_LINKS),
    ("Messages", "messages", Action.TRIAGE),
    ("Share a concern", "begin", Action.SUBMIT),
    ("My submissions", "submissions", Action.VIEW_SUBMISSIONS),
    ("Reports", "reports", Action.VIEW_REPORTS),
    ("People", "people", Action.VIEW_PEOPLE),
    ("Young people", "young-people", Action.VIEW_YOUNG_PEOPLE),
    ("Set aside", "parked", Action.RETRY_PARKED),
    ("Linking model", "models", Action.MANAGE_MODELS),
    ("Our figures", "own-figures", Action.VIEW_OWN_FIGURES),
    ("Our team", "team", Action.LEAD_TEAM),
    ("Accounts", "accounts", Action.MANAGE_ACCOUNTS),
    ("Figures", "releases", Action.VIEW_RELEASES),
    ("Record of use", "audit", Action.READ_AUDIT),
)
#: Pages that belong to another's place in the menu.
_BEHIND = {
    "submit": "begin",
    "quick": "begin",
    "draft": "begin",
    "model": "models",
    "hubs": "models",
    "hub": "models",
    "keys": "team",
    "end-account": "team",
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The menu of the person who asks, and whether this is the demonstration."""
    match = request.resolver_match
    here = match.view_name if match else ""
    items = [
        {"label": label, "url": reverse(name), "active": name in {here, _BEHIND.get(here)}}
        for label, name, action in _ITEMS
        if policy.can(request.user, action) and (name != "alarms" or request.user.agency.is_hub)  # type: ignore[union-attr]
    ]
    return {
        "nav": items,
        "demo": settings.DEMO,
        "hides": policy.can(request.user, Action.SUBMIT) or here == "tell",
        "session_seconds": settings.SESSION_COOKIE_AGE,
    }
