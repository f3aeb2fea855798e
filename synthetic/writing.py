"""From a report of an event to the submission that an agency sends."""

from collections.abc import Sequence
from datetime import date

from synthetic import mentions, places, words
from synthetic.agencies import AGENCIES, TOWNS, Agency
from synthetic.chance import Chance, Weighted
from synthetic.events import Event, Report
from synthetic.knowledge import CARER, KINDS, NEIGHBOUR, Kind
from synthetic.mentions import Draft, Told
from synthetic.people import CARER as CARER_SIDE
from synthetic.people import CHILD, SUSPECT, Person, Population

_HISTORY = Weighted({"first_time": 66, "proved_right_before": 32, "reason_to_doubt": 2})
_GRADES = {
    "first_hand": "A",
    "child_about_self": "A",
    "told_and_corroborated": "B",
    "told_by_another": "C",
    "not_known": "D",
    "suspected_false": "E",
}
_SOURCES = {"proved_right_before": "1", "first_time": "2", "reason_to_doubt": "3"}
_BETWEEN = Weighted(
    {"associates_with": 5, "contacts": 4, "transports": 3, "recruits": 1, "exploits": 2}
)
_INTERVIEWS = Weighted({"held": 5, "offered": 3, "refused": 2, "not_offered": 1})
_RISKS = Weighted({"low": 3, "medium": 5, "high": 2, "no_apparent_risk": 1})
_EVIDENCE = Weighted({"cctv": 4, "messages": 4, "document": 2, "photo": 1})
_CARERS = frozenset({"local_authority", "education", "police", "care_provider", "housing"})
#: An agency's own letters for its references: what its code abbreviates to.
_PREFIXES = {
    agency.code: "".join(part[:2] for part in agency.code.split("-")).upper() for agency in AGENCIES
}


class Desk:
    """Writes reports. `staff` are those of each agency who may be named as the sender."""

    def __init__(self, population: Population, staff: dict[str, list[Told]]) -> None:
        self.population, self.chance, self.staff = population, population.chance, staff

    def write(self, report: Report) -> tuple[Told, list[tuple[str, Person]]]:
        """The submission, and who each of its persons is."""
        event, agency, chance = report.event, report.agency, self.chance
        kind = KINDS[agency.kind]
        day = self.population.days[event.day_number]
        draft = Draft(chance, self.population.recipe, day, event.day_number)
        told = self._head(report, kind, day)
        self._origin(told, event)
        self._area(told, agency, event)
        self._people(draft, event, agency, kind)
        self._place(draft, event)
        self._event(draft, event, day)
        told["narrative"] = _prose(draft, event, chance)
        if chance.random() < 0.3:
            self._statement(draft, kind)
        told.update(draft.lists)
        self._answers(told, agency, day)
        return told, draft.people

    def _head(self, report: Report, kind: Kind, day: date) -> Told:
        chance, agency = self.chance, report.agency
        provenance: Told = {
            "how_known": kind.how_known.draw(chance),
            "source_history": _HISTORY.draw(chance),
            "origin": kind.origin.draw(chance),
        }
        if provenance["how_known"] == "told_and_corroborated":
            provenance["corroboration"] = chance.one(words.CORROBORATION)
        told: Told = {
            "reference": f"{_PREFIXES[agency.code]}-{day.year}-{report.number:05d}",
            "information_date": day.isoformat(),
            "provenance": provenance,
        }
        self._dates(told, report)
        if agency.kind == "police":
            told["grading"] = self._grading(provenance)
        return told

    def _dates(self, told: Told, report: Report) -> None:
        """When it was sent, where that is later: or, wrongly, as if it had happened then."""
        if report.day_number > report.event.day_number:
            name = "learned_on" if self.chance.random() < 0.7 else "information_date"
            told[name] = self.population.days[report.day_number].isoformat()

    def _origin(self, told: Told, event: Event) -> None:
        """Which event it was, where others tell of it too: not everybody says."""
        missing = self.population.recipe.own_origins
        if event.origin and not (missing and self.chance.random() < missing):
            told["origin_reference"] = event.origin

    def _grading(self, provenance: Told) -> Told:
        grading: Told = {
            "source_evaluation": _SOURCES[provenance["source_history"]],
            "intelligence_assessment": _GRADES[provenance["how_known"]],
            "handling_code": "P",
        }
        if self.chance.random() < 0.12:
            grading["handling_code"] = "C"
            grading["handling_conditions"] = ["no_action_without_originator"]
        return grading

    def _area(self, told: Told, agency: Agency, event: Event) -> None:
        """Half of what another force hears is said to be about where it happened."""
        area = TOWNS[event.town].area
        if area != agency.force_area and self.chance.random() < 0.5:
            told["force_area"] = area

    def _people(self, draft: Draft, event: Event, agency: Agency, kind: Kind) -> None:
        """Name those who took part, in any order."""
        make = self.population.stranger
        present = [make(who, event.town) if isinstance(who, str) else who for who in event.who]
        refs = {who.number: self._mention(draft, who, agency, kind) for who in self._order(present)}
        self._sharing_objects(draft, list(refs.values()))
        suspects = [refs[who.number] for who in present if who.side == SUSPECT]
        children = [refs[who.number] for who in present if who.side == CHILD]
        for one in suspects:
            for other in children:
                draft.relate(one, _BETWEEN.draw(self.chance), other)
        if len(suspects) == 2:
            draft.relate(suspects[0], "associates_with", suspects[1])
        if children and agency.kind in _CARERS and self.chance.random() < 0.1:
            self._carer(draft, next(w for w in present if w.side == CHILD), children[0], kind)

    def _sharing_objects(self, draft: Draft, refs: list[str]) -> None:
        """Tie the others present to somebody's car and telephone, as some reports do."""
        share = self.population.recipe.passengers
        if not share or len(refs) < 2 or self.chance.random() > share:
            return
        for name, kind in (("vehicles", "passenger_in"), ("phones", "contacts")):
            for told in draft.lists.get(name, ())[:1]:
                tied = {row["from"] for row in draft.lists["relations"] if row["to"] == told["ref"]}
                for ref in refs:
                    if ref not in tied:
                        draft.relate(ref, kind, told["ref"])

    def _order(self, present: list[Person]) -> Sequence[Person]:
        return self.chance.mixed(present) if len(present) > 1 else present

    def _mention(self, draft: Draft, who: Person, agency: Agency, kind: Kind) -> str:
        knows = kind.suspect if who.side == SUSPECT else kind.child
        if who.side == SUSPECT and TOWNS[who.town].area != agency.force_area:
            knows = NEIGHBOUR
        withheld = agency.kind == "health" and who.side == CHILD and self.chance.random() < 0.25
        return mentions.mention(draft, who, knows, kind.slips, withheld=withheld)

    def _carer(self, draft: Draft, child: Person, ref: str, kind: Kind) -> None:
        carer = self.population.carer(child)
        draft.relate(mentions.mention(draft, carer, CARER, kind.slips), "carer_of", ref)

    def _place(self, draft: Draft, event: Event) -> None:
        if self.chance.random() < 0.55:
            ref = draft.add("places", "pl", places.written_place(event.where, self.chance))
            for person_ref, _ in draft.people[:2]:
                draft.relate(person_ref, "seen_at", ref)

    def _event(self, draft: Draft, event: Event, day: date) -> None:
        chance, kind = self.chance, event.happening.kind
        if chance.random() > 0.5:
            return
        told: Told = {"ref": "", "kind": kind}
        if kind == "missing_episode":
            told["started_at"] = f"{day.isoformat()}T{chance.between(0, 5):02d}:30:00+00:00"
            told["ended_at"] = f"{day.isoformat()}T{chance.between(6, 22):02d}:15:00+00:00"
            told["missing_risk"] = _RISKS.draw(chance)
        elif kind == "return_home_interview":
            told["interview"] = _INTERVIEWS.draw(chance)
        else:
            told["when"] = {"from": day.isoformat(), "part_of_day": "evening"}
            if chance.random() < 0.3:
                told["when"]["repeats"] = "several"
        ref = draft.add("events", "e", told)
        for person_ref, who in draft.people:
            if who.side != CARER_SIDE:
                draft.relate(person_ref, "took_part_in", ref)

    def _statement(self, draft: Draft, kind: Kind) -> None:
        chance = self.chance
        first = draft.people[0][0]
        who = mentions.short(draft.lists["persons"][0])
        text = chance.one(words.STATEMENTS).format(
            who=who, when=chance.one(words.TIMES), place="there"
        )
        told: Told = {
            "ref": "",
            "text": _sentence(text),
            "basis": kind.basis.draw(chance),
            "about": [first],
        }
        draft.add("statements", "s", told)
        if chance.random() < 0.06:
            told = {"ref": "", "kind": "gang", "name": chance.one(words.GROUPS), "how_many": 4}
            draft.relate(first, "member_of", draft.add("groups", "g", told))

    def _answers(self, told: Told, agency: Agency, day: date) -> None:
        """What the sender says of urgency, sharing and themselves."""
        chance = self.chance
        roll = chance.random()
        if roll < 0.03:
            told["urgency"] = {"child_at_risk_now": "yes", "why": chance.one(words.REASONS)}
            told["urgency"]["done"] = chance.one(words.DONE)
        elif roll < 0.5:
            told["urgency"] = {"child_at_risk_now": "no" if roll < 0.4 else "not_known"}
        if chance.random() < 0.3 or roll < 0.02:
            told["sharing"] = self._sharing(agency, day, roll)
        if chance.random() < 0.3:
            told["awareness"] = _awareness(chance)
        if chance.random() < 0.5:
            told["reporter"] = chance.one(self.staff[agency.code])
        if chance.random() < 0.05:
            told["evidence_held"] = [{"kind": _EVIDENCE.draw(chance), "held_by": agency.name}]

    def _sharing(self, agency: Agency, day: date, roll: float) -> Told:
        chance = self.chance
        sharing: Told = {"who_else_knows": chance.one(words.WHO_KNOWS)}
        if chance.random() < (0.5 if agency.kind == "health" else 0.2):
            sharing["risk_if_shared"] = True
            sharing["conditions"] = chance.one(words.CONDITIONS)
        if roll < 0.02 or chance.random() < 0.3:
            number = f"ZX-{chance.digits(5)}"
            sharing["referrals"] = [{"to": "social_care", "reference": number, "on": str(day)}]
        return sharing


def staff(chance: Chance) -> dict[str, list[Told]]:
    """A few invented members of staff of each agency, by its code."""
    return {agency.code: _staff(agency, chance) for agency in AGENCIES}


def _staff(agency: Agency, chance: Chance) -> list[Told]:
    answers = Weighted({"yes": 5, "by_lead_only": 3, "no": 1})
    made = []
    for number in range(1, 6):
        told: Told = {"job": chance.one(KINDS[agency.kind].jobs)}
        told["contact"] = f"desk{number}@{agency.code}.example.org"
        told["may_contact"] = answers.draw(chance)
        made.append(told)
    return made


def _awareness(chance: Chance) -> Told:
    told: Told = {"child": chance.one(("yes", "no", "not_known")), "carer": "not_known"}
    if told["child"] == "yes" and chance.random() < 0.5:
        told["child_view"] = chance.one(words.VIEWS)
    return told


def _prose(draft: Draft, event: Event, chance: Chance) -> str:
    """A sentence or two of what happened, naming people as the report knows them."""
    child, suspect = "a young person", "somebody"
    for told, (_, person) in zip(draft.lists["persons"], draft.people, strict=True):
        if person.side == CHILD:
            child = mentions.short(told)
        elif person.side == SUSPECT:
            suspect = mentions.short(told)
    text = chance.one(event.happening.sentences).format(
        who=suspect, child=child, place=event.where.name, when=chance.one(words.TIMES)
    )
    closing = chance.one(words.CLOSINGS)
    return _sentence(f"{text} {closing}" if closing else text)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
