"""From a person as they are to a person as one report gives them."""

from datetime import date
from typing import Any

from synthetic import names, numbers, places, spelling
from synthetic.chance import Chance, Weighted
from synthetic.knowledge import Knows
from synthetic.nicknames import heard
from synthetic.people import CARER, CHILD, SUSPECT, Person
from synthetic.recipes import Recipe

Told = dict[str, Any]

_ROLES: dict[str, Weighted[str]] = {
    SUSPECT: Weighted({"suspected_offender": 84, "associate": 8, "unknown": 7, "witness": 1}),
    CHILD: Weighted({"child_at_risk": 78, "victim": 17, "associate": 3, "witness": 2}),
    CARER: Weighted({"parent_or_carer": 1}),
}
#: What a detail is worth for telling somebody from others; a mention with less than this is poor.
_ENOUGH = 4
#: Of mentions of somebody with a second name, or reached through a shared line: how many use it.
_BY_ALIAS, _BY_LINE = 0.4, 0.5
_OTHER_SIDE = {SUSPECT: CHILD, CHILD: SUSPECT, CARER: SUSPECT}
_OTHER_GENDER = {"male": "female", "female": "male"}
_STATUS = Weighted({"": 80, "assessed": 12, "charged": 4, "convicted": 2, "alleged": 8})


class Draft:
    """A submission being written: lists of what it names, with refs local to it."""

    __slots__ = ("chance", "day", "day_number", "lists", "people", "recipe")

    def __init__(self, chance: Chance, recipe: Recipe, day: date, day_number: int) -> None:
        self.chance, self.recipe = chance, recipe
        self.day, self.day_number = day, day_number
        self.lists: dict[str, list[Told]] = {"persons": []}
        self.people: list[tuple[str, Person]] = []

    def add(self, name: str, letters: str, told: Told) -> str:
        """Put `told` into the list `name`; its ref."""
        rows = self.lists.get(name)
        if rows is None:
            rows = self.lists[name] = []
        ref = told["ref"] = f"{letters}{len(rows) + 1}"
        rows.append(told)
        return ref

    def relate(self, one: str, kind: str, other: str) -> None:
        """Say how two things named here belong together."""
        rows = self.lists.get("relations")
        if rows is None:
            rows = self.lists["relations"] = []
        rows.append({"from": one, "kind": kind, "to": other})


def mention(
    draft: Draft, person: Person, knows: Knows, slips: float, *, withheld: bool = False
) -> str:
    """Add `person` to the draft as somebody who `knows` so much tells of them; the ref."""
    teller = _Teller(draft, person, knows, slips)
    teller.tell(withheld)
    return teller.ref


class _Teller:
    """One telling of one person. `worth` adds up how much of them can be recognised."""

    __slots__ = (
        "alias",
        "blur",
        "chance",
        "draft",
        "knows",
        "person",
        "ref",
        "told",
        "withheld",
        "worth",
    )

    def __init__(self, draft: Draft, person: Person, knows: Knows, slips: float) -> None:
        self.draft, self.person, self.knows, self.chance = draft, person, knows, draft.chance
        self.blur = slips * draft.recipe.blur
        self.withheld = False
        self.worth = 0
        self.told: Told = {"ref": "", "role": _ROLES[person.side].draw(draft.chance)}
        known_by = person.alias and draft.chance.random() < _BY_ALIAS
        self.alias = person.alias if known_by else None
        self.ref = draft.add("persons", "p", self.told)
        draft.people.append((self.ref, person))

    def tell(self, withheld: bool) -> None:
        """Write all that is known of the person."""
        draft, person, chance = self.draft, self.person, self.chance
        self.withheld = withheld
        self._names()
        self._age()
        if chance.random() < 0.9:
            self.told["gender"] = person.gender if chance.random() > 0.005 else "not_known"
        if draft.recipe.crossed and chance.random() < draft.recipe.crossed:
            self._cross()
        self._objects()
        if self.worth < _ENOUGH and chance.random() < draft.recipe.enough:
            self._more()
        if person.side == SUSPECT:
            self._suspected()
        elif person.side == CHILD:
            self._cared_for()

    def _cross(self) -> None:
        """Tell the person in the role of the other side, or of the other gender."""
        if self.chance.random() < 0.5:
            self.told["role"] = _ROLES[_OTHER_SIDE[self.person.side]].draw(self.chance)
        elif self.told.get("gender") in _OTHER_GENDER:
            self.told["gender"] = _OTHER_GENDER[self.told["gender"]]

    # names

    def _names(self) -> None:
        knows, person, draw = self.knows, self.person, self.chance.random
        if self.withheld:
            self.told["name_withheld"] = "confidential_service"
            self.told["initials"] = f"{person.given[0]}.{person.family[0]}."
        elif draw() < knows.name:
            self._full_name()
        elif draw() < knows.given:
            self.told["given_names"] = self._given()
            self.worth += 1
        if person.nicknames and draw() < knows.nickname:
            self._nickname()

    def _full_name(self) -> None:
        given, family = self._given(), self._family()
        here = names.HERITAGES[self.person.heritage]
        if here.order_varies and self.chance.random() < 0.03 * self.blur:
            given, family = family, given
        self.told["given_names"], self.told["family_name"] = given, family
        self.worth = 3

    def _given(self) -> str:
        chance, given = self.chance, (self.alias or self.person).given
        if chance.random() < 0.14 * self.blur:
            given = spelling.called(given, chance)
        return self._spelt(given)

    def _family(self) -> str:
        return self._spelt((self.alias or self.person).family)

    def _spelt(self, name: str) -> str:
        roll = self.chance.random()
        if not name.isascii() and roll < 0.6:
            name = spelling.plain(name)
        if roll > 1 - 0.05 * self.blur:
            return spelling.mistyped(name, self.chance)
        return name.upper() if roll > 0.91 else name

    def _nickname(self) -> None:
        chance, nicknames = self.chance, self.person.nicknames
        said = [heard(nicknames[0] if chance.random() < 0.8 else nicknames[-1], chance)]
        if len(nicknames) > 1 and chance.random() < 0.15:
            said = [heard(name, chance) for name in nicknames]
        self.told["nicknames"] = said
        self.worth += 1

    # age

    def _age(self) -> None:
        if self.chance.random() < self.knows.born and not self.withheld:
            self._born()
        elif self.chance.random() < self.knows.age:
            self._years()

    def _born(self) -> None:
        self.told["date_of_birth"] = self._birthday()
        self.worth += 2

    def _birthday(self) -> str:
        born, roll = (self.alias or self.person).born, self.chance.random()
        slip = roll / max(self.blur, 0.001)
        if slip < 0.02 and born.day <= 12:
            born = date(born.year, born.day, born.month)
        elif slip < 0.035 and born.day <= 28:
            born = born.replace(year=born.year + (1 if slip < 0.027 else -1))
        elif slip < 0.045:
            born = date(born.year, 1, 1)
        elif slip < 0.055:
            born = born.replace(day=1 + (born.day + 9) % 28)
        text = born.isoformat()
        if roll < 0.94:
            return text
        return text[:4] if roll > 0.955 else text[:7]

    def _years(self) -> None:
        person, chance, day = self.person, self.chance, self.draft.day
        self.worth += 1
        age = years(person.born, day)
        if person.side == CHILD:
            group = school_year(person.born, day)
            if person.school and 7 <= group <= 13 and chance.random() < 0.4 * self.knows.place:
                self.told["year_group"] = str(group)
                return
            low = max(age - (chance.random() < 0.25), 0)
            high = age + (chance.random() < 0.3)
        else:
            low = max(age - chance.below(6), 14)
            high = max(age, low) + chance.below(6)
            if chance.random() < 0.05 * self.blur:
                low, high = low + 6, high + 6
        self.told["age_from"] = low
        if high - low < 2 or chance.random() < 0.9:
            self.told["age_to"] = high

    # what people have

    def _objects(self) -> None:
        knows, person, draw = self.knows, self.person, self.chance.random
        if draw() < knows.phone:
            self._phone()
        if person.cars and draw() < knows.plate:
            self._car()
        if person.handle[1] and draw() < knows.handle:
            self._account()
        if draw() < knows.home:
            self._home()
        if person.records and draw() < knows.record:
            self._record()

    def _phone(self) -> None:
        person, chance, draft = self.person, self.chance, self.draft
        number = person.line if person.line and chance.random() < _BY_LINE else ""
        number = number or person.phone_on(draft.day_number)
        told: Told = {"ref": "", "number": numbers.written_phone(number, chance, self.blur)}
        if person.nicknames and chance.random() < 0.12:
            told["saved_as"] = heard(person.nicknames[0], chance)
        draft.relate(self.ref, "uses", draft.add("phones", "ph", told))
        self.worth += 3

    def _car(self) -> None:
        person, chance, draft = self.person, self.chance, self.draft
        car = person.cars[-1 if draft.day_number >= person.changes_car else 0]
        seen = numbers.seen_plate(car.mark, chance, self.knows.part, self.blur)
        told: Told = {"ref": "", "registration": seen}
        if chance.random() < 0.6:
            told["make"] = car.make
            if chance.random() < 0.5:
                told["model"] = car.model
        if chance.random() < 0.75:
            told["colour"] = car.colour
        if car.taxi:
            told["kind"] = "taxi_or_private_hire"
            if chance.random() < 0.3:
                told["licence_plate"] = car.taxi
        kind = "drives" if chance.random() < 0.85 else "registered_keeper_of"
        draft.relate(self.ref, kind, draft.add("vehicles", "v", told))
        self.worth += 2 if {"?", "*"} & set(seen) else 3

    def _account(self) -> None:
        platform, handle = self.person.handle
        told: Told = {"ref": "", "platform": platform, "handle": handle}
        if self.chance.random() < 0.3:
            told["handle"] = f"@{handle}"
        draft = self.draft
        draft.relate(self.ref, "holds_account", draft.add("online_accounts", "o", told))
        self.worth += 3

    def _home(self) -> None:
        draft = self.draft
        home = self.person.home_on(draft.day_number)
        told = places.written_home(home, self.chance, self.blur)
        draft.relate(self.ref, "lives_at", draft.add("places", "pl", told))
        self.worth += 3

    def _record(self) -> None:
        records = self.person.records
        scheme = self.chance.one(tuple(records))
        self.told["identifiers"] = [{"scheme": scheme, "value": records[scheme]}]
        self.worth += 3

    def _more(self) -> None:
        """Another detail or two, where what is told so far would fit many people."""
        ways = [self._add_name, self._add_age]
        if self.person.side == SUSPECT:
            ways = [*self.chance.mixed([self._add_phone, self._add_car]), self._add_name]
        elif self.withheld:
            ways = [self._add_phone, self._add_age]
        for add in ways:
            if self.worth < _ENOUGH:
                add()
        if self.worth < _ENOUGH:
            self._add_age()

    def _add_name(self) -> None:
        if "family_name" not in self.told:
            before = self.worth
            self._full_name()
            self.worth = max(before, 3) + (before > 0)

    def _add_phone(self) -> None:
        self._phone()

    def _add_car(self) -> None:
        if self.person.cars:
            self._car()

    def _add_age(self) -> None:
        if not {"date_of_birth", "age_from", "year_group"} & set(self.told):
            self._born() if self.chance.random() < 0.5 and not self.withheld else self._years()

    # what belongs to one side

    def _suspected(self) -> None:
        told, person, chance = self.told, self.person, self.chance
        if told["role"] == "suspected_offender":
            if chance.random() < 0.3:
                told["offender_level"] = person.level
            if status := _STATUS.draw(chance):
                told["role_status"] = status
        if person.looks and chance.random() < self.knows.face:
            told["appearance"] = _face(person, chance)
            told["known"] = "by_sight" if "family_name" not in told else "named"
        if chance.random() < 0.38:
            told["ethnicity"] = person.ethnicity
            told["ethnicity_basis"] = "record" if "identifiers" in told else "self_defined"

    def _cared_for(self) -> None:
        told, person, chance = self.told, self.person, self.chance
        if person.weaknesses and chance.random() < 0.5:
            told["vulnerabilities"] = list(person.weaknesses)
        if told["role"] == "victim":
            told["victim_status"] = "suspected" if chance.random() < 0.7 else "confirmed"
        if chance.random() < 0.3:
            told["living_status"] = person.living
        if chance.random() < 0.6:
            told["ethnicity"] = person.ethnicity
        else:
            told["ethnicity_basis"] = "not_asked"
        if person.school and chance.random() < 0.35 * self.knows.place:
            draft = self.draft
            school = places.written_place(person.school, chance)
            draft.relate(self.ref, "attends", draft.add("places", "pl", school))


def _face(person: Person, chance: Chance) -> Told:
    looks = person.looks
    if looks is None:
        return {}
    face = {"height": looks.height, "build": looks.build, "hair": looks.hair}
    if looks.marks and chance.random() < 0.7:
        face["marks"] = looks.marks
    return face


def years(born: date, day: date) -> int:
    """Age in whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def school_year(born: date, day: date) -> int:
    """Year group of England: year 7 begins in the September after the eleventh birthday."""
    starts = day.year if day.month >= 9 else day.year - 1
    return starts - born.year - (born.month >= 9) - 4


def short(told: Told) -> str:
    """How the prose of a report names somebody, by what the report knows."""
    if "given_names" in told:
        name = f"{told['given_names']} {told.get('family_name', '')}".strip()
        return f"{name} (“{told['nicknames'][0]}”)" if "nicknames" in told else name
    if "nicknames" in told:
        return f"somebody called {told['nicknames'][0]}"
    if "initials" in told:
        return f"a young person ({told['initials']})"
    if "year_group" in told:
        return f"a pupil in year {told['year_group']}"
    kind = _KINDS_OF_PEOPLE.get((told["role"] in _GROWN, told.get("gender", "")), "a person")
    return f"{kind} of about {told['age_from']}" if "age_from" in told else kind


_GROWN = frozenset({"suspected_offender", "associate", "unknown", "parent_or_carer"})
_KINDS_OF_PEOPLE = {
    (True, "male"): "a man",
    (True, "female"): "a woman",
    (False, "male"): "a boy",
    (False, "female"): "a girl",
}
