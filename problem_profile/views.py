"""What commissioners see: releases, and nothing behind them."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from partners import audit
from partners.policy import Action
from partners.web import Page
from problem_profile import publication
from problem_profile.models import Release


class Releases(Page):
    """What has been published, the newest first."""

    policy_action = Action.VIEW_RELEASES

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        rows = Release.objects.order_by("-quarter", "-edition")
        return render(request, "problem_profile/releases.html", {"rows": rows})


class ReleasePage(Page):
    """One release: its tables, what they mean, and what they do not say."""

    policy_action = Action.VIEW_RELEASES

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The tables."""
        release = Release.objects.filter(pk=pk).first()
        if release is None:
            raise Http404
        audit.record(
            by=self.user,
            operation="consultation",
            verb="view release",
            object_type="release",
            object_ids=[release.pk],
        )
        context = {"release": release, "tables": publication.tables(release)}
        return render(request, "problem_profile/release.html", context)
