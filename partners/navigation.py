"""The menu: what each role comes here for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners import policy, welsh
from partners.policy import Action

_ITEMS = (
    (_("Home"), "home", Action.SIGN_IN),
    (_("Alarms"), "alarms", Action.ANSWER_ALARMS),
    (_("Review queue"), "review", Action.REVIEW_LINKS),
    (_("Messages"), "messages", Action.TRIAGE),
    (_("Share a concern"), "begin", Action.SUBMIT),
    (_("My submissions"), "submissions", Action.VIEW_SUBMISSIONS),
    (_("Reports"), "reports", Action.VIEW_REPORTS),
    (_("People"), "people", Action.VIEW_PEOPLE),
    (_("Young people"), "young-people", Action.VIEW_YOUNG_PEOPLE),
    (_("Set aside"), "parked", Action.RETRY_PARKED),
    (_("Linking model"), "models", Action.MANAGE_MODELS),
    (_("Our figures"), "own-figures", Action.VIEW_OWN_FIGURES),
    (_("Our team"), "team", Action.LEAD_TEAM),
    (_("Accounts"), "accounts", Action.MANAGE_ACCOUNTS),
    (_("Figures"), "releases", Action.VIEW_RELEASES),
    (_("Record of use"), "audit", Action.READ_AUDIT),
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
        "wants_welsh": welsh.is_wanted(request),
        "speaks_welsh": welsh.is_spoken(request),
        "hides": policy.can(request.user, Action.SUBMIT) or here == "tell",
        "session_seconds": settings.SESSION_COOKIE_AGE,
    }
