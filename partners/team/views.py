"""The pages of an agency's lead, and the administrator's list of what leads ask for."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from partners import roster
from partners.models import AccountRequest, ApiToken, User
from partners.policy import Action, Role
from partners.team import accounts, agreements
from partners.web import Page, visible_or_404


class JoinerForm(forms.Form):
    """Somebody who joins."""

    name = forms.CharField(
        label="Their name",
        max_length=100,
        error_messages={"required": "Give the name of the person."},
    )
    role = forms.ChoiceField(
        label="What they come here to do",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they come here to do."},
    )
    why = forms.CharField(
        label="Their job, and how to reach them",
        max_length=300,
        help_text="The administrator makes the account and gives them the password.",
        error_messages={"required": "Say what their job is and how to reach them."},
    )

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(role, f"{Role(role).label}: {_WORK[role]}") for role in roles]
        self.fields["role"].choices = chosen  # type: ignore[attr-defined]


_WORK: dict[str, str] = {
    Role.SUBMITTER: "shares concerns, sees their own",
    Role.LEAD: "also sees all of the agency’s, and this page",
    Role.MASH: "answers alarms, sees children at risk in the area",
}


class KeyForm(forms.Form):
    """A key for a system of the agency."""

    name = forms.CharField(
        label="Which system is it for?",
        max_length=60,
        error_messages={"required": "Say which system the key is for."},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    days = forms.TypedChoiceField(
        label="How long it lasts",
        coerce=int,
        choices=((90, "3 months"), (365, "A year"), (730, "2 years")),
        initial=365,
    )


class Team(Page):
    """Who works here, what lets the agency receive, and a form for somebody who joins."""

    policy_action = Action.LEAD_TEAM

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self._show(request, JoinerForm(roles=accounts.roles_for(self.user.agency)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask for an account."""
        form = JoinerForm(request.POST, roles=accounts.roles_for(self.user.agency))
        if not form.is_valid():
            return self._show(request, form, status=400)
        accounts.ask(by=self.user, **form.cleaned_data)
        messages.success(request, "The administrator has your request.")
        return redirect("team")

    def _show(self, request: HttpRequest, form: JoinerForm, status: int = 200) -> HttpResponse:
        members = accounts.members(of=self.user)
        self.consulted("account", [member.user.pk for member in members])
        asked = AccountRequest.objects.visible_to(self.user).order_by("-asked_at", "pk")
        context = {
            "members": members,
            "stale": sum(member.stale for member in members),
            "asked": asked.select_related("made")[:20],
            "standing": agreements.standing(self.user.agency),
            "form": form,
        }
        return render(request, "team/team.html", context, status=status)


class EndAccount(Page):
    """Asks once more, then ends the account of somebody who leaves."""

    policy_action = Action.LEAD_TEAM

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Whose account, and what comes of it."""
        person = self._person(pk)
        self.consulted("account", [person.pk])
        return render(request, "team/end_account.html", {"person": person})

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """End it."""
        person = self._person(pk)
        accounts.end(person, by=self.user)
        messages.success(request, f"The account of {person.name} has ended.")
        return redirect("team")

    def _person(self, pk: uuid.UUID) -> User:
        person = accounts.people(of=self.user).exclude(pk=self.user.pk).filter(pk=pk).first()
        if person is None:
            raise Http404
        return person


class Keys(Page):
    """The keys of the agency's own systems; a new one is shown on the answer to its form, once."""

    policy_action = Action.LEAD_TEAM

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, and the form."""
        return self._show(request, KeyForm(initial={"scopes": ApiToken.Scope.values}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make one, and show it."""
        form = KeyForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        try:
            _, key = roster.issue_token(self.user.agency, by=self.user, **form.cleaned_data)
        except roster.NoMachineError:
            form.add_error(None, "Your agency is not set up for keys: ask the administrator.")
            return self._show(request, form, status=400)
        return self._show(request, KeyForm(initial={"scopes": ApiToken.Scope.values}), key=key)

    def _show(
        self, request: HttpRequest, form: KeyForm, status: int = 200, key: str = ""
    ) -> HttpResponse:
        rows = ApiToken.objects.visible_to(self.user).filter(revoked_at=None)
        rows = rows.order_by("-created_at", "pk")
        self.consulted("token", [row.pk for row in rows])
        context = {"rows": rows, "form": form, "key": key}
        return render(request, "team/keys.html", context, status=status)


class EndKey(Page):
    """Ends a key of the agency."""

    policy_action = Action.LEAD_TEAM

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """End it."""
        rows = ApiToken.objects.filter(revoked_at=None).select_related("user__agency")
        token = visible_or_404(rows, self.user, pk=pk)
        roster.end_token(token, by=self.user)
        messages.success(request, f"The key {token.name} opens nothing any more.")
        return redirect("keys")


class DeclineForm(forms.Form):
    """Why no account is made."""

    why = forms.CharField(
        label="Why no account is made",
        max_length=300,
        error_messages={"required": "Say why. The lead who asked reads it."},
    )


class Accounts(Page):
    """For the administrator: what the leads of the area ask for."""

    policy_action = Action.MANAGE_ACCOUNTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The requests that wait, the oldest first."""
        return _requests(request, self.user, DeclineForm())


class DeclineAccount(Page):
    """Says why no account is made. One is made by a command, which shows its password once."""

    policy_action = Action.MANAGE_ACCOUNTS

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Decline it."""
        asked = accounts.waiting(to=self.user).filter(pk=pk).first()
        if asked is None:
            raise Http404
        form = DeclineForm(request.POST)
        if not form.is_valid():
            return _requests(request, self.user, form, wrong=pk)
        accounts.decline(asked, by=self.user, why=form.cleaned_data["why"])
        messages.success(request, "Declined. The lead reads why.")
        return redirect("accounts")


def _requests(
    request: HttpRequest, by: User, form: DeclineForm, wrong: uuid.UUID | None = None
) -> HttpResponse:
    """The list; `wrong` is the request whose form is shown with its error."""
    rows = accounts.waiting(to=by).select_related("agency", "asked_by").order_by("asked_at", "pk")
    context = {"rows": rows[:100], "form": form, "wrong": wrong}
    return render(request, "team/accounts.html", context, status=400 if wrong else 200)
