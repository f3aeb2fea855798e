"""Names that are forms of one another: diminutives and spellings across scripts."""

from functools import cache

from nicknames import NickNamer

#: Spellings of one name that transliteration and hearing give; added to the public diminutives.
GROUPS = (
    "mohammed muhammad mohamed mohammad mohamad muhammed mo",
    "ahmed ahmad ahmet",
    "hussein hussain husain hussayn",
    "yusuf yousef youssef yousuf",
    "ibrahim ebrahim",
    "aisha ayesha aysha",
    "fatima fatma fatimah",
    "katarzyna kasia kasha",
    "agnieszka aga",
    "aleksander alexander olek alex",
    "aleksandra alexandra ola alex",
    "malgorzata gosia",
    "krzysztof krzys",
    "tomasz tomek",
    "piotr piotrek peter",
    "jakub kuba",
    "oluwaseun seun",
    "olumide olu",
    "oluwatobi tobi",
    "chukwuemeka emeka",
    "ion ionut",
    "andrei andrej andriy",
    "stefan stephan stephen steven",
    "rhys rees reece",
    "stuart stewart stu",
    "siobhan shivaun",
    "niamh neve",
    "abdul abdal",
    "zainab zaynab",
)


@cache
def _public() -> NickNamer:
    return NickNamer()


@cache
def _own() -> dict[str, frozenset[str]]:
    forms: dict[str, frozenset[str]] = {}
    for group in GROUPS:
        names = frozenset(group.split())
        for name in names:
            forms[name] = forms.get(name, frozenset()) | names
    return forms


@cache
def forms(name: str) -> frozenset[str]:
    """`name` and the names it may be a form of, or that may be forms of it."""
    public = _public()
    return frozenset(
        {name, *_own().get(name, ()), *public.nicknames_of(name), *public.canonicals_of(name)}
    )


@cache
def roots(name: str) -> frozenset[str]:
    """The full names that `name` may stand for; itself where it stands for none."""
    own = {
        min(group.split(), key=lambda n: (-len(n), n)) for group in GROUPS if name in group.split()
    }
    return frozenset({*own, *_public().canonicals_of(name)} or {name})


#: A short form keeps at least so many letters of the name.
_SHORTEST = 3


@cache
def same_name(one: str, other: str) -> bool:
    """May the two be forms of one name? So is the beginning of a name: `Vik` of `Vikram`."""
    if one == other or other in forms(one) or roots(one) & roots(other):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST and long.startswith(short)
