"""People reported as suspected offenders."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from intelligence import people, portrait, pseudonyms
from intelligence.forms import ReasonForm
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
        rows = [(profiles.code(p), _veil(p).called_all(p.accepted), _known_as(p), p) for p in shown]
        return render(request, "people/people.html", {"rows": rows, "after": last})


def _veil(person: Person) -> Veil:
    """Hides a person of whom a proposal says that they may be young, until it is decided."""
    return pseudonyms.veil_person(person.accepted, person.proposed)


def _known_as(person: Person) -> list[str]:
    return [] if person.may_be_young else person.nicknames


class PersonPage(Page):
    """One profile: read from the mentions that this viewer may see."""

    policy_action = Action.VIEW_PEOPLE

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile. What is only proposed stands apart, and at the desk alone."""
        return self._show(pk, ReasonForm(), "")

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The profile with a name that is hidden for the time being, for the reason given."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(pk, form, "", status=400)
        return self._show(pk, form, form.cleaned_data["reason"])

    def _show(
        self, pk: uuid.UUID, form: ReasonForm, reason: str, status: int = 200
    ) -> HttpResponse:
        person = people.person(pk, self.user)
        if person is None or not person.is_suspect:
            raise Http404
        if person.is_young:  # a child has one page, and it is not this one
            return redirect("young-person", pk=pk)
        companions = people.companions(person.accepted, self.user)
        shown = [mention.pk for mention in (*person.mentions, *companions)]
        self.consulted("person by name" if reason else "person", shown, reason)
        # Also those named in what is only proposed: its words are shown.
        beside = [*companions, *people.companions(person.mentions, self.user)]
        young = people.young(beside, self.user)
        hidden = [mention for mention in beside if mention.pk in young]
        children = [mention for mention in person.proposed if mention.is_child]
        own = Veil(children) if reason else _veil(person)
        veil = own.also(hidden)
        objects = [sighting for sighting, _ in people.belongings(person.accepted, self.user)]
        mentions = portrait.accounts(person.accepted, self.user, veil)
        proposed = portrait.accounts(person.proposed, self.user, veil, person.asked)
        if quoted := portrait.quoted(mentions, proposed):
            self.consulted("original", quoted, reason)
        context = {
            "person": person,
            "code": profiles.code(person),
            "called": own.called_all(person.accepted),
            "hidden": person.may_be_young and not reason,
            "named": bool(reason) and person.may_be_young,
            "form": form,
            "facts": portrait.facts(person.accepted, veil),
            "objects": portrait.objects(objects, veil),
            "mentions": mentions,
            "proposed": proposed,
            "companions": portrait.companions(companions, young, veil),
            "may_people": True,
            "may_young": can(self.user, Action.VIEW_YOUNG_PEOPLE),
            "may_decide": can(self.user, Action.REVIEW_LINKS),
        }
        return render(self.request, "people/person.html", context, status=status)
