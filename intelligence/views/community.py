"""The page for people without an account, and the desk's queue of what they write."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View

from intelligence import community, intake, reading
from intelligence.models import CommunityMessage
from intelligence.quick import QuickForm
from intelligence.views.gate import TOLD
from partners import pace
from partners.models import ANYWHERE, Area, LocalPlace
from partners.policy import Action
from partners.web import Page, visible_or_404

#: Settled messages that the queue shows, the newest first, and waiting ones at most.
SETTLED, MOST = 20, 100


class TellForm(forms.Form):
    """One box and a few questions. No name is asked."""

    area = forms.ChoiceField(label="Where is this?", help_text="The police force area.")
    text = forms.CharField(
        label="What have you seen, heard or been told?",
        help_text=(
            "In your own words: who, what, where, when and how often. Nicknames, phones, cars and "
            "places help most, also in part. You need not say who you are."
        ),
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": "Write what you know. One sentence is enough."},
    )
    place = forms.CharField(label="Where was it, if you know?", max_length=300, required=False)
    day = forms.CharField(
        label="When was it, and how often?",
        help_text="Like “last Friday evening” or “most days after school”.",
        max_length=200,
        required=False,
    )
    at_risk = forms.ChoiceField(
        label="Is a child or young person at risk right now?",
        help_text="If so, call 999 first, or the people named above.",
        widget=forms.RadioSelect,
        choices=CommunityMessage.AtRisk.choices,
        error_messages={"required": "Choose an answer. “I do not know” is fine."},
    )
    referral = forms.ChoiceField(
        label="Have you told someone who must act?",
        required=False,
        choices=[("", "No, or not yet"), *((code, words) for code, words in TOLD.items() if code)],
    )
    how_known = forms.ChoiceField(
        label="How do you know?",
        widget=forms.RadioSelect,
        choices=CommunityMessage.Known.choices,
        error_messages={"required": "Choose an answer. You need not say."},
    )
    who = forms.ChoiceField(
        label="Who are you?",
        help_text="Not your name.",
        widget=forms.RadioSelect,
        choices=CommunityMessage.Who.choices,
        error_messages={"required": "Choose an answer. You need not say."},
    )
    reference = forms.CharField(
        label="Your reference, if you have written before", max_length=20, required=False
    )
    word = forms.CharField(label="Your words", max_length=60, required=False)
    #: A field that no person sees. Whoever fills it in is read last, and told nothing of it.
    website = forms.CharField(
        label="Leave this empty", required=False, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, areas: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = {str(area.pk): area for area in areas}
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((key, area.name) for key, area in self.of.items()),
        ]
        if len(areas) == 1:
            del self.fields["area"]

    @property
    def area_told(self) -> Area:
        """The area that was chosen, or the only one. Only after `is_valid`."""
        chosen = self.cleaned_data.get("area")
        return self.of[chosen] if chosen else next(iter(self.of.values()))


@method_decorator(login_not_required, name="dispatch")
class Tell(View):
    """For anybody: where to go first, one box, and always the same answer."""

    http_method_names = ["get", "head", "post"]  # noqa: RUF012 - the base declares it so

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty page; whoever has an account has better ways."""
        if request.user.is_authenticated:
            return redirect("begin")
        return self._show(self._form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store it and answer, or say what is missing. Nothing that was written is lost."""
        if request.user.is_authenticated:
            return redirect("begin")
        form = self._form(request.POST)
        if not form.of or not form.is_valid():
            return self._show(form, status=400)
        if wait := pace.stranger(_address(request)):
            minutes = f"{wait // 60 + 1} minutes" if wait > 60 else "a minute"
            form.add_error(
                None,
                f"A lot has been sent from where you are. Wait {minutes}, then press Send again. "
                "What you wrote is still here. If it cannot wait, call 101 or 999.",
            )
            return self._show(form, status=429)
        try:
            slip = community.tell(
                form.cleaned_data,
                area=form.area_told,
                opened=form.cleaned_data["opened"],
                trap=form.cleaned_data["website"],
            )
        except community.ClosedError:
            form.add_error(None, "This page was open for long. Press Send again: nothing is lost.")
            return self._show(form, status=400, fresh=True)
        context = {"slip": slip, "route": form.area_told.referral_route or ANYWHERE}
        return render(request, "community/told.html", context)

    def _form(self, data: Any) -> TellForm:
        return TellForm(data, areas=community.areas())

    def _show(self, form: TellForm, status: int = 200, *, fresh: bool = False) -> HttpResponse:
        areas = list(form.of.values())
        routes = [(area.name, area.referral_route) for area in areas if area.referral_route]
        context = {
            "form": form,
            "areas": areas,
            "routes": routes,
            "anywhere": ANYWHERE,
            "opened": (not fresh and form["opened"].value()) or community.open_form(),
        }
        return render(self.request, "community/tell.html", context, status=status)


def _address(request: HttpRequest) -> str:
    """The visitor's network address, for the pace alone."""
    if settings.ADDRESS_HEADER:
        return str(request.headers.get(settings.ADDRESS_HEADER, ""))
    return str(request.META.get("REMOTE_ADDR", ""))


class AsideForm(forms.Form):
    """Why nothing is made of a message."""

    why = forms.CharField(
        label="Why is it set aside?",
        help_text="Kept with your name. The message is erased after 90 days.",
        max_length=500,
        error_messages={"required": "Say why it is set aside."},
    )


class Messages(Page):
    """What waits to be read: children at risk first, what looks sent by a program last."""

    policy_action = Action.TRIAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Both lists."""
        rows = CommunityMessage.objects.visible_to(self.user)
        urgent = Case(When(at_risk="yes", then=Value(0)), default=Value(1))
        waiting = rows.filter(outcome="").order_by("doubtful", urgent, "received_at", "pk")[:MOST]
        settled = rows.exclude(outcome="").select_related("settled_by").order_by("-settled_at")
        context = {"waiting": list(waiting), "settled": list(settled[:SETTLED])}
        shown = [*context["waiting"], *context["settled"]]
        self.consulted("message", [row.pk for row in shown])
        return render(request, "community/messages.html", context)


class MessagePage(Page):
    """One message: take it in, with what is right of what was recognised in it, or set it aside."""

    policy_action = Action.TRIAGE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The message, and what was recognised in it."""
        message = self._message(pk)
        return self._show(message, _recognised(message, {}), AsideForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Take it in, or set it aside."""
        message = self._message(pk)
        try:
            if "aside" in request.POST:
                return self._set_aside(message, AsideForm(request.POST))
            return self._accept(message, _recognised(message, request.POST))
        except community.SettledError:
            messages.info(request, "A colleague settled this message before you.")
            return redirect("messages")

    def _message(self, pk: uuid.UUID) -> CommunityMessage:
        rows = CommunityMessage.objects.select_related("area", "settled_by")
        return visible_or_404(rows, self.user, pk=pk)

    def _set_aside(self, message: CommunityMessage, form: AsideForm) -> HttpResponse:
        if not form.is_valid():
            return self._show(message, _recognised(message, {}), form, status=400)
        community.set_aside(message, by=self.user, why=form.cleaned_data["why"])
        messages.success(self.request, "Set aside.")
        return redirect("messages")

    def _accept(self, message: CommunityMessage, form: QuickForm) -> HttpResponse:
        if message.outcome:
            raise community.SettledError(message.pk)
        if form.found_more:  # places were added to the list since the page was shown
            return self._show(message, form, AsideForm())
        if not form.is_valid():
            return self._show(message, form, AsideForm(), status=400)
        whole = form.whole()
        if not whole.is_valid():
            return self._show(message, form, AsideForm(), status=400)
        payload = whole.payload()
        payload["provenance"]["origin"] = message.who
        try:
            community.accept(message, payload, by=self.user)
        except (intake.RefusedError, intake.ConflictError) as error:
            form.report.add_error(None, f"It could not be taken in: {error}.")
            return self._show(message, form, AsideForm(), status=400)
        messages.success(self.request, "Taken in. It is linked like any other report.")
        return redirect("messages")

    def _show(
        self, message: CommunityMessage, form: QuickForm, aside: AsideForm, status: int = 200
    ) -> HttpResponse:
        others = CommunityMessage.objects.visible_to(self.user).filter(tag=bytes(message.tag))
        others = others.exclude(pk=message.pk).order_by("received_at")
        earlier = list(others)
        self.consulted("message", [message.pk, *(row.pk for row in earlier)])
        context = {
            "row": message,
            "form": form,
            "aside": aside,
            "earlier": earlier,
            "problem": status != 200,
        }
        return render(self.request, "community/message.html", context, status=status)


def _recognised(message: CommunityMessage, posted: Mapping[str, Any]) -> QuickForm:
    """The short form with the words as they were written: those nobody changes."""
    names = LocalPlace.objects.filter(area=message.area_id).values_list("name", flat=True)
    data = {name: posted[name] for name in posted} | {
        "narrative": message.whole,
        "information_date": timezone.localdate(message.received_at).isoformat(),
        "how_known": message.how_known,
        "child_at_risk_now": message.at_risk,
        "referral": message.referral,
        "sheet": f"C-{message.pk.hex[:12]}",
    }
    return QuickForm(data, local=reading.index_of_places(names))
