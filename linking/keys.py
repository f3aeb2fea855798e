"""What candidates are found by. Two mentions that share no key are never compared.

Keys are stored in PostgreSQL as signed 64-bit numbers, so that one by one and all at once find
the same pairs. `narrow` gives the second key that replaces one too many mentions share.
"""

import hashlib
from collections.abc import Iterator

import jellyfish

from linking import names
from linking.types import Record

KEY_VERSION = 1
#: A key with more mentions than this is narrowed by a second key.
COMMON = 300
#: Digits of a telephone number that are most often wrong: the last this many.
_PHONE_TAIL = 9


def keys(record: Record) -> tuple[int, ...]:
    """The keys of a record: none for several unnamed people described together."""
    return tuple(sorted(kinds(record)))


def kinds(record: Record) -> dict[int, str]:
    """The keys of a record, each with the kind of detail that it is made of, e.g. `phone`."""
    if record.several:
        return {}
    return {_hash(text): text.partition(":")[0] for text in _texts(record)}


def narrow(record: Record, key: int) -> int:
    """The second key, for a key that too many mentions share: it adds the initials and the area."""
    initials = min((name[0] for name in (*record.given_names, *record.nicknames)), default="")
    return _hash(f"{key}|{initials}|{record.area}")


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _texts(record: Record) -> Iterator[str]:
    yield from _name_texts(record)
    yield from _born_texts(record)
    for number in record.phones:
        yield from _phone_texts(number)
    for mark in record.plates:
        yield from _plate_texts(mark)
    for kind in ("handles", "addresses", "identifiers"):
        for value in getattr(record, kind):
            yield f"{kind}:{value}"
    yield from _company_texts(record)
    yield from _event_texts(record)
    yield from _nickname_texts(record)


def _company_texts(record: Record) -> Iterator[str]:
    """Companions and postcodes: too common alone, so each goes with something of the person."""
    for companion in record.companions:
        for own in {record.gender, *(name[0] for name in record.given_names)} - {""}:
            yield f"companion:{companion}:{own}"
    for code in record.postcodes:
        for name in record.given_names:
            yield f"postcode:{code}:{name[0]}"


def _event_texts(record: Record) -> Iterator[str]:
    """What was told of one event, and where, each with a first name or what stands for one."""
    called = {name[0] for name in (*record.given_names, *record.nicknames)} or {record.gender}
    if record.origin:
        for own in {*called, record.gender} - {""}:
            yield f"origin:{record.origin}:{own}"
    for name in record.given_names:
        for place in record.places if len(name) > 1 else ():
            yield f"place:{place}:{jellyfish.metaphone(name) or name}"


def _nickname_texts(record: Record) -> Iterator[str]:
    for nickname in record.nicknames:
        yield f"nickname:{nickname}:{record.area}"
        yield f"nickname:{nickname[:4]}:{_decade(record)}"
        for place in (*record.places, *record.postcodes):
            yield f"nickname:{nickname[:3]}:{place}"


def _name_texts(record: Record) -> Iterator[str]:
    family = record.family_name
    sound = jellyfish.metaphone(family) or family
    for name in record.given_names:
        if family:
            for root in names.roots(name):
                yield f"name:{root}:{sound}"
            yield f"name:{jellyfish.metaphone(name) or name}:{sound}"
            yield f"swapped:{':'.join(sorted((name, family)))}"
            yield f"name:{name[:1]}:{family}"
        if record.born_from and record.born_to and record.born_from.year == record.born_to.year:
            for root in names.roots(name):
                yield f"given:{root}:{record.born_from.year}"
    if family and record.born_from and record.born_to:
        for year in {record.born_from.year, record.born_to.year}:
            yield f"family:{sound}:{year}"


def _born_texts(record: Record) -> Iterator[str]:
    day = record.born_from
    if day is None or day != record.born_to or (day.month, day.day) == (1, 1):
        return
    initials = {name[0] for name in (*record.given_names, *record.nicknames)} or {""}
    low, high = sorted((day.month, day.day))
    for initial in initials:
        yield f"born:{day.year}:{low}:{high}:{initial}"
    yield f"born:{day.isoformat()}:{record.gender}"


def _phone_texts(number: str) -> Iterator[str]:
    """The number, and it with each of its last digits left out: one wrong or unread digit."""
    unread = number.count("?") + number.count("*")
    if unread == 0:
        yield f"phone:{number}"
    if "*" in number:
        tail = number.rsplit("*", 1)[1]
        if len(tail) >= 4 and "?" not in tail:
            yield f"phone-tail:{tail[-4:]}"
        return
    if "?" not in number[-4:]:
        yield f"phone-tail:{number[-4:]}"
    if unread <= 1:
        for place in range(len(number) - _PHONE_TAIL, len(number)):
            if unread == 0 or number[place] == "?":
                yield f"phone:{number[:place]}_{number[place + 1 :]}"


def _plate_texts(mark: str) -> Iterator[str]:
    """The mark, it with any one or two characters left out, and its two ends."""
    if "*" in mark or mark.count("?") > _MOST_UNREAD:
        yield from _plate_ends(mark.split("*")[0], mark.split("*")[-1])
        return
    if "?" not in mark:
        yield f"plate:{mark}"
    unread = {place for place, letter in enumerate(mark) if letter == "?"}
    for first in range(len(mark)):
        for second in range(first, len(mark)):
            if unread <= {first, second}:
                masked = list(mark)
                masked[first] = masked[second] = "_"
                yield f"plate:{''.join(masked)}"
    yield from _plate_ends(mark, mark)


#: Characters of a plate that may be unread for the rest to find its like.
_MOST_UNREAD = 2


def _plate_ends(start: str, end: str) -> Iterator[str]:
    for name, known in (("start", start[:4]), ("end", end[-3:])):
        if len(known) >= 3 and known.isalnum():
            yield f"plate-{name}:{known}"


def _decade(record: Record) -> str:
    if record.born_from is None or record.born_to is None:
        return ""
    return str((record.born_from.year + record.born_to.year) // 20)
