"""People reported as suspected offenders."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence import people, portrait, pseudonyms
from intelligence.people import Person
from intelligence.pseudonyms import Veil
from offenders import profiles
from partners.policy import Action, can
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
        rows = [(profiles.code(p), _called(p, _veil(p)), _known_as(p), p) for p in shown]
        return render(request, "people/people.html", {"rows": rows, "after": last})


def _veil(person: Person) -> Veil:
    return pseudonyms.veil_person(person.mentions)


def _called(person: Person, veil: Veil) -> str:
    """What the page calls them: a child who appears to facilitate is a child first."""
    mentions = person.accepted or person.mentions
    return pseudonyms.pseudonym(mentions) if veil.hides_anybody else pseudonyms.called(mentions)


def _known_as(person: Person) -> list[str]:
    return [] if _veil(person).hides_anybody else person.nicknames


class PersonPage(Page):
    """One profile: read from the mentions that this viewer may see."""

    policy_action = Action.VIEW_PEOPLE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile. What is only proposed stands apart, and at the desk alone."""
        person = people.person(pk, self.user)
        if person is None or not profiles.has_side(person):
            raise Http404
        companions = people.companions(person.accepted, self.user)
        self.consulted("person", [mention.pk for mention in (*person.mentions, *companions)])
        hidden = [mention for mention in companions if mention.is_child]
        veil = Veil([*hidden, *(person.mentions if _veil(person).hides_anybody else [])])
        objects = [sighting for sighting, _ in people.belongings(person.accepted, self.user)]
        context = {
            "person": person,
            "code": profiles.code(person),
            "called": _called(person, _veil(person)),
            "young": _veil(person).hides_anybody,
            "facts": portrait.facts(person.accepted, veil),
            "objects": portrait.objects(objects, veil),
            "mentions": portrait.accounts(person.accepted, self.user, veil),
            "proposed": portrait.accounts(person.proposed, self.user, veil),
            "companions": [(mention, veil.called(mention)) for mention in companions],
            "may_young": can(self.user, Action.VIEW_YOUNG_PEOPLE),
            "may_decide": can(self.user, Action.REVIEW_LINKS),
        }
        return render(request, "people/person.html", context)
