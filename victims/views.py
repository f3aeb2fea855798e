"""Young people: a pseudonym first, and the name on a reason that is kept."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence import people
from intelligence.forms import ReasonForm
from partners.policy import Action
from partners.web import Page, id_asked
from victims import profiles

#: Profiles on one page.
PAGE = 25


class YoungPeople(Page):
    """The young people this person may know of, by pseudonym."""

    policy_action = Action.VIEW_YOUNG_PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page; `after` is the anchor of the last one shown."""
        known = profiles.known(to=self.user, after=id_asked(request, "after"))
        shown = known[:PAGE]
        self.consulted("young person", [m.pk for person in shown for m in person.mentions])
        last = shown[-1].anchor if len(known) > PAGE else None
        rows = [(profiles.code(person), person) for person in shown]
        return render(request, "people/young_people.html", {"rows": rows, "after": last})


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
        if person is None or not profiles.has_side(person):
            raise Http404
        kind = "young person by name" if reason else "young person"
        self.consulted(kind, [mention.pk for mention in person.mentions], reason)
        context = {
            "person": person,
            "code": profiles.code(person),
            "named": bool(reason),
            "form": form,
            "objects": people.belongings(person.accepted, self.user),
        }
        return render(self.request, "people/young_person.html", context, status=status)
