"""Young people: a pseudonym first, and the name on a reason that is kept."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence import people
from intelligence.forms import ReasonForm
from partners.policy import Action
from partners.web import Page
from victims import profiles

#: Profiles on one page.
PAGE = 25


class YoungPeople(Page):
    """The young people this person may know of, by pseudonym."""

    policy_action = Action.VIEW_YOUNG_PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page; `after` is the last number shown."""
        after = request.GET.get("after", "")
        known = profiles.known(to=self.user, after=int(after) if after.isdigit() else None)
        shown = known[:PAGE]
        self.consulted("young person", [person.anchor for _, person in shown])
        last = shown[-1][0].number if len(known) > PAGE else None
        return render(request, "people/young_people.html", {"rows": shown, "after": last})


class YoungPerson(Page):
    """One young person. The name shows for this answer only, and hides on leaving it."""

    policy_action = Action.VIEW_YOUNG_PEOPLE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile under its pseudonym."""
        return self._show(pk, ReasonForm(), "")

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile with the name, for the reason given."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(pk, form, "", status=400)
        return self._show(pk, form, form.cleaned_data["reason"])

    def _show(
        self, pk: uuid.UUID, form: ReasonForm, reason: str, status: int = 200
    ) -> HttpResponse:
        person = people.person(pk, self.user)
        profile = profiles.of(person) if person else None
        if person is None or profile is None:
            raise Http404
        kind = "young person by name" if reason else "young person"
        self.consulted(kind, [mention.pk for mention in person.accepted], reason)
        context = {
            "person": person,
            "profile": profile,
            "named": bool(reason),
            "form": form,
            "objects": people.belongings(person.accepted, self.user),
        }
        return render(self.request, "people/young_person.html", context, status=status)
