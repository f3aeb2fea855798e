"""For the desk: put two profiles together, take one apart, and read what became of one."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import merging, people, portrait, review
from intelligence.forms import ReasonForm
from intelligence.models import Mention
from intelligence.people import Person
from intelligence.pseudonyms import NOTHING_HIDDEN, Veil
from intelligence.views import proposals
from partners.policy import Action
from partners.web import Page, id_asked


class CodeForm(forms.Form):
    """Which profile, by its code."""

    code = forms.CharField(
        label="Code of the other profile",
        help_text="It stands at the top of the profile, like P-3FA2C1D4 or YP-3FA2C1D4.",
        max_length=20,
        error_messages={"required": "Enter the code of the other profile."},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
    )


class ProfilePage(Page):
    """A page about one profile at the desk that holds it; hidden and missing are one 404."""

    policy_action = Action.REVIEW_LINKS

    def person(self, pk: uuid.UUID) -> Person:
        """The person of this mention."""
        person = people.held(pk, self.user)
        if person is None:
            raise Http404
        return person

    def write_down(self, kind: str, reason: str, *shown: Sequence[Mention]) -> None:
        """That these mentions were shown, and names where a reason was given for that."""
        ids = [mention.pk for mentions in shown for mention in mentions]
        self.consulted(f"{kind} with names" if reason else kind, ids, reason)


def _of_names(request: HttpRequest) -> tuple[ReasonForm, str, int]:
    """The form that asks to see names, the reason it gives, and the status to answer with."""
    if "show_names" not in request.POST:
        return ReasonForm(prefix="names"), "", 200
    asked = ReasonForm(request.POST, prefix="names")
    return (asked, asked.cleaned_data["reason"], 200) if asked.is_valid() else (asked, "", 400)


class MergePage(ProfilePage):
    """Find another profile by its code, compare the two, and hold them to be one person."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The search, and the comparison once one is found."""
        person = self.person(pk)
        code = CodeForm(request.GET) if "code" in request.GET else CodeForm()
        other = self._other(id_asked(request, "other"))
        if code.is_bound and code.is_valid():
            found = people.called_by(code.cleaned_data["code"], self.user)
            other = next((one for one in found if one.anchor != person.anchor), None)
            if other is None:
                code.add_error("code", _not_found(found))
        status = 400 if code.is_bound and not code.is_valid() else 200
        return self._show(person, other, code, ReasonForm(), status)

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Merge; or show the names, for the reason given."""
        person = self.person(pk)
        other = self._other(_id(request.POST.get("other", "")))
        if "show_names" in request.POST:
            return self._show(person, other, CodeForm(), ReasonForm())
        form = ReasonForm(request.POST)
        if other is None:
            return self._show(person, None, CodeForm({}), form, 400)
        if not form.is_valid():
            return self._show(person, other, CodeForm(), form, 400)
        try:
            act = merging.merge(person, other, by=self.user, reason=form.cleaned_data["reason"])
        except review.NothingToDecideError:
            messages.info(request, "These are one profile already.")
            return redirect("history", pk=pk)
        except review.ContradictionError:
            form.add_error(None, "Nothing was changed: earlier decisions speak against it.")
            return self._show(person, other, CodeForm(), form, 409)
        messages.success(
            request, "They are held to be one person. The profile follows in a moment."
        )
        return redirect("decision", act=act)

    def _other(self, mention: uuid.UUID | None) -> Person | None:
        return people.held(mention, self.user) if mention else None

    def _show(
        self,
        person: Person,
        other: Person | None,
        code: CodeForm,
        form: ReasonForm,
        status: int = 200,
    ) -> HttpResponse:
        asked, reason, refused = _of_names(self.request)
        both = [*person.mentions, *(other.mentions if other else ())]
        self.write_down("merge", reason, both)
        known = [*person.accepted, *(other.accepted if other else ())]
        hidden = proposals.hidden_in(known, self.user)
        veil = NOTHING_HIDDEN if reason else hidden
        context = {
            "person": person,
            "other": other,
            "called": veil.called_all(person.accepted),
            "code": code,
            "form": form,
            "asked": asked,
            "hidden": hidden.hides_anybody and not reason,
            "named": bool(reason),
            **(self._compared(person, other, veil, reason) if other else {}),
        }
        status = max(status, refused)
        return render(self.request, "intelligence/merge.html", context, status=status)

    def _compared(self, one: Person, other: Person, veil: Veil, reason: str) -> dict[str, Any]:
        if one.anchor == other.anchor:
            raise Http404
        accounts = [portrait.accounts(side.accepted, self.user, veil) for side in (one, other)]
        if quoted := portrait.quoted(*accounts):
            self.consulted("original", quoted, reason)
        explanation = merging.compare(one, other)
        return {
            "other_called": veil.called_all(other.accepted),
            "contrast": portrait.contrast(*(self._facts(side, veil) for side in (one, other))),
            "explanation": explanation,
            "details": proposals.lines(explanation, veil, turned=True) if explanation else [],
            "outcome": merging.merged(one, other),
            "against": merging.against(merging.joining(one, other), self.user),
            "mine": accounts[0],
            "theirs": accounts[1],
        }

    def _facts(self, person: Person, veil: Veil) -> list[portrait.Fact]:
        objects = [sighting for sighting, _ in people.belongings(person.accepted, self.user)]
        return [*portrait.facts(person.accepted, veil), *portrait.objects(objects, veil)]


def _not_found(found: Sequence[Person]) -> str:
    if found:
        return "That is the code of this profile. Enter that of the other."
    return "No profile at your desk has this code. Check it and try again."


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class SplitPage(ProfilePage):
    """Choose the reports that tell of another person, see what would come of it, and do it."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The reports to choose from; with some chosen, the two profiles that would come of it."""
        return self._show(self.person(pk), request.GET.getlist("chosen"), ReasonForm())

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Split; or show the names, for the reason given."""
        person = self.person(pk)
        given = request.POST.getlist("chosen")
        if "show_names" in request.POST:
            return self._show(person, given, ReasonForm())
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(person, given, form, 400)
        try:
            chosen = _ids(given)
            act = merging.split(person, chosen, by=self.user, reason=form.cleaned_data["reason"])
        except review.NothingToDecideError:
            return self._show(person, given or [""], form, 400)
        except review.ContradictionError:
            form.add_error(None, "Nothing was changed: earlier decisions speak against it.")
            return self._show(person, given, form, 409)
        messages.success(request, "They are held apart. The profiles follow in a moment.")
        return redirect("decision", act=act)

    def _show(
        self, person: Person, given: Sequence[str], form: ReasonForm, status: int = 200
    ) -> HttpResponse:
        asked, reason, refused = _of_names(self.request)
        self.write_down("split", reason, person.mentions)
        hidden = proposals.hidden_in(person.accepted, self.user)
        veil = NOTHING_HIDDEN if reason else hidden
        accounts = portrait.accounts(person.accepted, self.user, veil)
        if quoted := portrait.quoted(accounts):
            self.consulted("original", quoted, reason)
        chosen = _ids(given)
        parts, problem = _parted(person, chosen) if given else (None, "")
        context = {
            "person": person,
            "called": veil.called_all(person.accepted),
            "accounts": [(account, account.mention.pk in chosen) for account in accounts],
            "parts": [
                (part, [a for a in accounts if a.mention in part.accepted]) for part in parts or ()
            ],
            "chosen": sorted(chosen),
            "problem": problem,
            "against": merging.against(merging.parting(person, chosen), self.user)
            if parts
            else None,
            "form": form,
            "asked": asked,
            "hidden": hidden.hides_anybody and not reason,
            "named": bool(reason),
        }
        status = max(status, refused, 400 if problem else 200)
        return render(self.request, "intelligence/split.html", context, status=status)


def _ids(given: Sequence[str]) -> set[uuid.UUID]:
    return {found for text in given if (found := _id(text))}


def _parted(person: Person, chosen: set[uuid.UUID]) -> tuple[tuple[Person, Person] | None, str]:
    """The two that would come of it, or what is wrong with the choice."""
    try:
        return merging.parted(person, chosen), ""
    except review.NothingToDecideError:
        return None, "Choose the reports that tell of another person: at least one, and not all."


class HistoryPage(ProfilePage):
    """What was decided about a profile and how it changed, each with the way to take it back."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The newest first."""
        person = self.person(pk)
        self.write_down("history", "", person.mentions)
        veil = proposals.hidden_in(person.mentions, self.user)
        context = {
            "person": person,
            "called": veil.called_all(person.accepted),
            "entries": [
                (entry, veil.text(entry.reason)) for entry in merging.history(person, self.user)
            ],
            "most": merging.MOST_SHOWN,
        }
        return render(request, "intelligence/history.html", context)
