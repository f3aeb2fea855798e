"""Young people: a pseudonym first, and the name on a reason that is kept."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from intelligence import people, portrait, pseudonyms
from intelligence.forms import ReasonForm
from intelligence.pseudonyms import Veil
from partners.policy import Action, can
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
        rows = [(profiles.code(p), pseudonyms.ages(p.accepted), p) for p in shown]
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
        companions = people.companions(person.accepted, self.user)
        shown = [mention.pk for mention in (*person.mentions, *companions)]
        self.consulted(kind, shown, reason)
        # Also those named in what is only proposed: its words are shown.
        named = [*companions, *people.companions(person.mentions, self.user)]
        young = people.young(named, self.user)
        beside = [mention for mention in named if mention.pk in young]
        own = Veil([]) if reason else pseudonyms.veil_person(person.accepted, person.proposed)
        veil = own.also(beside)
        objects = [sighting for sighting, _ in people.belongings(person.accepted, self.user)]
        code = profiles.code(person)
        mentions = portrait.accounts(person.accepted, self.user, veil)
        proposed = portrait.accounts(person.proposed, self.user, veil, person.asked)
        if quoted := portrait.quoted(mentions, proposed):
            self.consulted("original", quoted, reason)
        context = {
            "person": person,
            "code": code,
            "called": pseudonyms.called(person.accepted) if reason else code,
            "ages": pseudonyms.ages(person.accepted),
            "named": bool(reason),
            "form": form,
            "facts": portrait.facts(person.accepted, veil),
            "objects": portrait.objects(objects, veil),
            "mentions": mentions,
            "proposed": proposed,
            "companions": portrait.companions(companions, young, veil),
            "may_people": can(self.user, Action.VIEW_PEOPLE),
            "may_decide": can(self.user, Action.REVIEW_LINKS),
        }
        return render(self.request, "people/young_person.html", context, status=status)
