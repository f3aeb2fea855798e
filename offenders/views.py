"""People reported as suspected offenders."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence import people
from offenders import profiles
from partners.policy import Action
from partners.web import Page

#: Profiles on one page.
PAGE = 25


class People(Page):
    """The profiles this person may know of, the newest number first."""

    policy_action = Action.VIEW_PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page; `after` is the last number shown."""
        after = request.GET.get("after", "")
        known = profiles.known(to=self.user, after=int(after) if after.isdigit() else None)
        shown = known[:PAGE]
        self.consulted("person", [person.anchor for _, person in shown])
        last = shown[-1][0].number if len(known) > PAGE else None
        return render(request, "people/people.html", {"rows": shown, "after": last})


class PersonPage(Page):
    """One profile: read from the mentions that this viewer may see."""

    policy_action = Action.VIEW_PEOPLE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile."""
        person = people.person(pk, self.user)
        profile = profiles.of(person) if person else None
        if person is None or profile is None:
            raise Http404
        self.consulted("person", [mention.pk for mention in (*person.accepted, *person.proposed)])
        context = {
            "person": person,
            "profile": profile,
            "objects": people.belongings(person.accepted, self.user),
            "companions": people.companions(person.accepted, self.user),
        }
        return render(request, "people/person.html", context)
