"""For partners: a young person missing, the return, the interview, and sending on what matters."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import intake, language
from intelligence.confirming import ConfirmForm
from intelligence.views.again import Again
from partners.policy import Action
from partners.web import Page, visible_or_404
from victims import extracting, missing
from victims.models import MissingEpisode, ReturnInterview
from victims.questions import InterviewForm, MissingForm, apart

#: Records on one page.
MOST = 100
#: What is a record, in the log.
KIND = "missing episode"


class Missing(Page):
    """Who is missing, whose interview is due, and what was recorded before."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list: for a hub, with those of its whole area."""
        rows = list(missing.listed(to=self.user)[:MOST])
        self.consulted(KIND, [row.pk for row in rows])
        return render(request, "missing/list.html", {"rows": rows, "most": MOST})


class MissingNew(Again):
    """Write down that a young person is, or was, missing."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        return self._show(MissingForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it."""
        form = MissingForm(request.POST)
        if self.came_back:
            return self._show(form)
        if not form.is_valid():
            return self._show(form, status=400)
        episode = missing.record(by=self.user, said=form.cleaned_data)
        messages.success(request, "Saved in your agency’s own record. Nothing is sent yet.")
        return redirect("episode", pk=episode.pk)

    def _show(self, form: MissingForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "route": self.user.agency.whom_to_call}
        return render(self.request, "missing/record.html", context, status=status)


class _OfEpisode(Again):
    def _seen(self, pk: uuid.UUID) -> MissingEpisode:
        rows = MissingEpisode.objects.select_related("agency", "recorded_by")
        return visible_or_404(rows, self.user, pk=pk)

    def _own(self, pk: uuid.UUID) -> MissingEpisode:
        rows = MissingEpisode.objects.select_related("agency")
        return visible_or_404(rows, self.user, pk=pk, agency=self.user.agency_id)

    def _said(self, episode: MissingEpisode) -> ReturnInterview | None:
        return ReturnInterview.objects.visible_to(self.user).filter(episode=episode).first()


class Episode(_OfEpisode):
    """One record: what is known, and what is next."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The record; the words of the interview are for its own agency."""
        episode = self._seen(pk)
        self.consulted(KIND, [pk])
        own = episode.agency_id == self.user.agency_id
        said = self._said(episode)
        items = extracting.items(episode, said)
        return render(request, "missing/episode.html", {"row": episode, "own": own, "items": items})


class EpisodeChange(_OfEpisode):
    """Change the record: that they are back, above all."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The form as the record stands."""
        episode = self._own(pk)
        return self._show(episode, MissingForm.about(episode))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Keep the change."""
        episode, form = self._own(pk), MissingForm(request.POST)
        if self.came_back:
            return self._show(episode, form)
        if form.is_valid() and episode.interview and not form.cleaned_data["returned_at"]:
            form.add_error(
                "returned_on", "An interview is recorded, so the return cannot be empty."
            )
        elif form.is_valid() and _before_return(episode, form):
            form.add_error("returned_on", "The interview was held before this. Check both.")
        if not form.is_valid():
            return self._show(episode, form, status=400)
        missing.change(episode, by=self.user, said=form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("episode", pk=pk)

    def _show(self, row: MissingEpisode, form: MissingForm, status: int = 200) -> HttpResponse:
        self.consulted(KIND, [row.pk])
        context = {"row": row, "form": form, "route": self.user.agency.whom_to_call}
        return render(self.request, "missing/record.html", context, status=status)


def _before_return(episode: MissingEpisode, form: MissingForm) -> bool:
    held, back = episode.held_at, form.cleaned_data["returned_at"]
    return bool(held and back and held < back)


class Interview(_OfEpisode):
    """How the offer of an interview went, and what was said there."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The form as the record stands; first the return, where nobody is back."""
        episode = self._own(pk)
        if episode.returned_at is None:
            messages.info(request, "First say when they came back: the interview comes after.")
            return redirect("episode-change", pk=pk)
        return self._show(episode, self._form(episode))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Keep it; nothing is sent."""
        episode = self._own(pk)
        form = InterviewForm(request.POST, episode=episode)
        if self.came_back:
            return self._show(episode, form)
        if episode.returned_at is None or not form.is_valid():
            return self._show(episode, form, status=400)
        missing.interview(episode, by=self.user, said=form.cleaned_data)
        messages.success(request, "Saved in your agency’s own record. Nothing is sent yet.")
        return redirect("episode", pk=pk)

    def _form(self, episode: MissingEpisode) -> InterviewForm:
        said = self._said(episode)
        initial: dict[str, Any] = {name: getattr(episode, name) for name in missing.OUTCOME}
        if said is not None:
            initial |= {name: getattr(said, name) for name in missing.SAID} | said.came_up
        return InterviewForm(initial=initial | apart(episode.held_at, "held"), episode=episode)

    def _show(self, row: MissingEpisode, form: InterviewForm, status: int = 200) -> HttpResponse:
        self.consulted(KIND, [row.pk])
        context = {"row": row, "form": form}
        return render(self.request, "missing/interview.html", context, status=status)


class EpisodeSend(_OfEpisode):
    """Choose what of the record goes to police, and send that."""

    policy_action = Action.SUBMIT

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Everything that may be sent, ready to be looked over."""
        episode = self._own(pk)
        return self._show(episode, self._form(episode, None))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Send what is ticked, and nothing else."""
        episode = self._own(pk)
        form = self._form(episode, request.POST)
        if self.came_back:
            return self._show(episode, form)
        if not form.is_valid():
            return self._show(episode, form, status=400)
        payload = form.payload(extracting.always(episode))
        try:
            receipt = missing.send(episode, payload, by=self.user)
        except intake.RefusedError as refused:
            form.add_errors(refused.errors)
            return self._show(episode, form, status=400)
        except intake.ConflictError as error:
            form.add_error(None, error.sentence)
            return self._show(episode, form, status=409)
        return redirect("submission", pk=receipt.submission)

    def _form(self, episode: MissingEpisode, data: Any) -> ConfirmForm:
        items = extracting.items(episode, self._said(episode))
        known = "child_about_self" if episode.held_at else "first_hand"
        return ConfirmForm(
            data, items=items, ticked=not episode.sent_at, initial={"how_known": known}
        )

    def _show(self, row: MissingEpisode, form: ConfirmForm, status: int = 200) -> HttpResponse:
        self.consulted(KIND, [row.pk])
        told = " ".join(item.words for item in form.items)
        context = {
            "row": row,
            "form": form,
            "remarks": language.check(told),
            "route": self.user.agency.whom_to_call,
        }
        return render(self.request, "missing/send.html", context, status=status)
