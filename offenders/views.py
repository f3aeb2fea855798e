"""People reported as suspected offenders."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence import people
from offenders import profiles
from partners.policy import Action
from partners.web import Page, id_asked

#: Profiles on one page.
PAGE = 25


class People(Page):
    """The profiles this person may know of, the newest first."""

    policy_action = Action.VIEW_PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page; `after` is the anchor of the last one shown."""
        known = profiles.known(to=self.user, after=id_asked(request, "after"))
        shown = known[:PAGE]
        self.consulted("person", [m.pk for person in shown for m in person.mentions])
        last = shown[-1].anchor if len(known) > PAGE else None
        rows = [(profiles.code(person), person) for person in shown]
        return render(request, "people/people.html", {"rows": rows, "after": last})


class PersonPage(Page):
    """One profile: read from the mentions that this viewer may see."""

    policy_action = Action.VIEW_PEOPLE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile."""
        person = people.person(pk, self.user)
        if person is None or not profiles.has_side(person):
            raise Http404
        companions = people.companions(person.accepted, self.user)
        self.consulted("person", [mention.pk for mention in (*person.mentions, *companions)])
        context = {
            "person": person,
            "code": profiles.code(person),
            "objects": people.belongings(person.accepted, self.user),
            "companions": companions,
        }
        return render(request, "people/person.html", context)
