"""What commissioners see: releases, and nothing behind them."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partners import audit
from partners.policy import Action
from partners.web import Page
from problem_profile import digest, measures, publication
from problem_profile.measures import Quarter
from problem_profile.models import Release


class Releases(Page):
    """What has been published, the newest first."""

    policy_action = Action.VIEW_RELEASES

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        rows = Release.objects.order_by("-quarter", "-edition")
        return render(request, "problem_profile/releases.html", {"rows": rows})


class OwnFigures(Page):
    """For the lead of an agency: what it sent and what came back, against its own past."""

    policy_action = Action.VIEW_OWN_FIGURES

    def get(self, request: HttpRequest) -> HttpResponse:
        """The quarter that is running, and the four before it."""
        quarters = [Quarter.of(timezone.localdate())]
        while len(quarters) < 5:
            quarters.append(Quarter.before(quarters[-1].starts_on))
        self.consulted("own figures", [self.user.agency_id])
        rows = [measures.feedback(quarter, self.user.agency_id) for quarter in quarters]
        context = {"rows": rows, "prompts": digest.prompts(to=self.user)}
        return render(request, "problem_profile/own_figures.html", context)


class OurMonth(Page):
    """For the lead of an agency: one month of it, which can be printed."""

    policy_action = Action.VIEW_OWN_FIGURES

    def get(self, request: HttpRequest) -> HttpResponse:
        """The month that the address gives, of the last six; else the last."""
        months = digest.months(timezone.localdate())
        given = request.GET.get("month", "")
        month = next((one for one in months if f"{one:%Y-%m}" == given), months[0])
        self.consulted("own figures", [self.user.agency_id])
        one = digest.digest(self.user.agency, month)
        self.consulted("submission", list(one.waiting))
        context = {"one": one, "months": months}
        return render(request, "problem_profile/digest.html", context)


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
