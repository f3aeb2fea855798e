"""Pages of guidance: what helps most, and one page for each kind of reader."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence.guidance import Cited, guidance
from partners.policy import Action
from partners.web import Page


class Helps(Page):
    """What helps most and why, with good and poor examples."""

    policy_action = Action.SIGN_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        held = guidance()
        whys = [*(one.why for one in held.details), *(one.why for one in held.examples)]
        cited = Cited.of(iter(whys))
        context = {
            "details": [(one, cited.after(one.why)) for one in held.details],
            "examples": [(one, cited.after(one.why)) for one in held.examples],
            "audiences": held.audiences,
            "sources": cited.sources,
        }
        return render(request, "guidance/helps.html", context)


class ForAudience(Page):
    """What one kind of reader should know."""

    policy_action = Action.SIGN_IN
    slug = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        held = guidance()
        audience = next(one for one in held.audiences if one.slug == self.slug)
        cited = Cited.of(iter(audience.claims))
        context = {
            "audience": audience,
            "claims": [(claim, cited.after(claim)) for claim in audience.claims],
            "others": [one for one in held.audiences if one.slug != self.slug],
            "sources": cited.sources,
        }
        return render(request, "guidance/audience.html", context)
