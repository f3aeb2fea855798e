"""Mentions in comparable form, from pools so small that they often agree."""

import uuid
from datetime import date

from hypothesis import strategies as st

from linking.types import Record

GIVEN = ("mohammed", "muhammad", "mo", "kasia", "katarzyna", "j", "jon", "jonathan", "smith", "lee")
FAMILY = ("", "smith", "smyth", "smith jones", "khan", "s", "lee", "mohammed")
NICKNAMES = ("tazz", "taz", "bigman", "kasia")
PHONES = ("+447700900001", "+447700900002", "+4477009000?1", "*0001")
PLATES = ("QX00ABC", "QX00ABD", "QX??ABC", "QX*", "*ABC")
HANDLES = ("snapchat:dredger01", "snapchat:dredger02", "instagram:kx")
PLACES = ("seagull arcade", "quay station")
STREETS = ("1 pier rd", "2 pier rd")
CODES = ("ZX1 1AA", "ZX2 2BB")
FULL = ("alex smith", "alec smith", "maria khan")
DAYS = (date(2009, 1, 1), date(2009, 3, 4), date(2009, 4, 3), date(2010, 3, 4), date(1980, 6, 7))
ROLES = ("child_at_risk", "victim", "suspected_offender", "witness", "unknown", "")


def some(pool: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(pool), max_size=most).map(lambda found: tuple(sorted(found)))


@st.composite
def spans(draw: st.DrawFn) -> tuple[date | None, date | None]:
    """A date of birth, a span of them, or nothing."""
    kind = draw(st.sampled_from(("none", "day", "span")))
    if kind == "none":
        return None, None
    one, other = draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))
    return (one, one) if kind == "day" else (min(one, other), max(one, other))


NAMES = {"given_names": some(GIVEN), "family_name": st.sampled_from(FAMILY)}
COMMON = {
    "gender": st.sampled_from(("", "male", "female")),
    "area": st.sampled_from(("", "dogger", "ekofisk")),
    "role": st.sampled_from(ROLES),
}
CIRCUMSTANCES = {
    "places": some(PLACES),
    "addresses": some(STREETS),
    "postcodes": some(CODES),
    "companions": some(FULL),
    "origin": st.sampled_from(("", "event 1", "event 2")),
}
OBJECTS = {
    "phones": some(PHONES),
    "plates": some(PLATES),
    "handles": some(HANDLES),
    "identifiers": some(("pnc:1", "pnc:2")),
}


@st.composite
def records(draw: st.DrawFn, **parts: st.SearchStrategy[object]) -> Record:
    """A record of these parts; of any parts where none are given."""
    if not parts:
        parts = {**NAMES, **COMMON, **CIRCUMSTANCES, **OBJECTS, "nicknames": some(NICKNAMES)}
        born_from, born_to = draw(spans())
    else:
        born_from = born_to = None
    values = {name: draw(part) for name, part in parts.items()}
    return Record(
        id=draw(st.uuids(version=4)),
        submission=draw(st.uuids(version=4)),
        ref="p1",
        born_from=born_from,
        born_to=born_to,
        **values,
    )


def person(**values: object) -> Record:
    """A mention with these details, in a submission of its own."""
    return Record(id=uuid.uuid4(), submission=uuid.uuid4(), ref="p1", **values)
