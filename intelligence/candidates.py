"""Which mentions are worth comparing: those that share a stored key.

The work for one mention is bounded, however much is stored. A key that too many mentions hold gives
way to narrower ones, for good, and is counted (`CommonKey`); and of all that a mention shares keys
with, only those that share the rarest are compared.
"""

import heapq
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import F

from intelligence import hubs
from intelligence.models import CommonKey, Mention, MentionKey
from linking import keys
from linking.keys import COMMON
from linking.types import Record

Pair = tuple[uuid.UUID, uuid.UUID]
Row = tuple[int, uuid.UUID]
Holders = dict[int, list[uuid.UUID]]

#: A mention is compared with at most so many others: those with which it shares the rarest keys.
#: Beyond them lie namesakes with nothing else in common, and the thousandth report of one person.
MOST_COMPARED = 200


def find(records: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Pairs worth scoring: mentions that share a key with one of `records`, lower id first.

    Keeps the keys of `records`. Run in turn: two workers would narrow one key twice.
    """
    by_id = {record.id: record for record in records}
    pinned = hubs.pinned()
    kinds = {r.id: keys.kinds(hubs.without(r, pinned)) for r in records if not r.several}
    holders = _keep(by_id, kinds)
    pairs: set[Pair] = set()
    for mention, of in kinds.items():
        sharing = [holders.get(key) or holders[keys.narrow(by_id[mention], key)] for key in of]
        pairs |= {_ordered(mention, other) for other in _rarest(mention, sharing)}
    by_id.update(read({mention for pair in pairs for mention in pair} - by_id.keys()))
    return [(by_id[left], by_id[right]) for left, right in sorted(pairs)]


def read(mentions: Collection[uuid.UUID]) -> dict[uuid.UUID, Record]:
    """The records of these mentions."""
    stored = Mention.objects.filter(pk__in=mentions).values_list("record", flat=True)
    return {record.id: record for record in map(Record.from_json, stored)}


def _ordered(one: uuid.UUID, other: uuid.UUID) -> Pair:
    return (one, other) if one < other else (other, one)


def _rarest(mention: uuid.UUID, sharing: Iterable[list[uuid.UUID]]) -> Iterable[uuid.UUID]:
    """Whom to compare: each counts by how few share the keys that it shares."""
    worth: dict[uuid.UUID, float] = defaultdict(float)
    for holding in sharing:
        for other in holding:
            worth[other] += 1.0 / len(holding)
    worth.pop(mention, None)
    if len(worth) <= MOST_COMPARED:
        return worth
    return heapq.nlargest(MOST_COMPARED, worth, key=lambda other: (worth[other], other))


def _keep(
    by_id: Mapping[uuid.UUID, Record], kinds: Mapping[uuid.UUID, Mapping[int, str]]
) -> Holders:
    """Store these keys, too common ones as narrower ones; who holds each that is stored."""
    kind_of = {key: kind for of in kinds.values() for key, kind in of.items()}
    common = set(CommonKey.objects.filter(key__in=kind_of).values_list("key", flat=True))
    _store((key, mention) for mention, of in kinds.items() for key in of if key not in common)
    holders = _holders(kind_of.keys() - common)
    crowded = {key for key, holding in holders.items() if len(holding) > COMMON}
    if crowded:
        _narrow({key: kind_of[key] for key in crowded})
    narrow = {
        (keys.narrow(by_id[mention], key), mention): key
        for mention, of in kinds.items()
        for key in of
        if key in common | crowded
    }
    _count(Counter(narrow[row] for row in _store(narrow)))
    narrower = _holders({key for key, _ in narrow})
    return {key: held for key, held in holders.items() if key not in crowded} | narrower


def _store(rows: Iterable[Row]) -> list[Row]:
    """Store keys; those that were not there before."""
    # About forty a mention: as objects they would cost more than all the rest of this stage.
    made = sorted(set(rows))
    if not made:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intelligence_mentionkey (key, mention_id) "
            "SELECT * FROM unnest(%s::bigint[], %s::uuid[]) ON CONFLICT DO NOTHING "
            "RETURNING key, mention_id",
            [[key for key, _ in made], [str(mention) for _, mention in made]],
        )
        return list(cursor.fetchall())


def _holders(wanted: Collection[int]) -> Holders:
    """The mentions that hold each key, at most `COMMON` + 1 of them."""
    if not wanted:
        return {}
    holders: Holders = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k, m.mention_id FROM unnest(%s::bigint[]) k CROSS JOIN LATERAL "
            "(SELECT mention_id FROM intelligence_mentionkey WHERE key = k "
            "ORDER BY mention_id LIMIT %s) m",
            [sorted(wanted), COMMON + 1],
        )
        for key, mention in cursor.fetchall():
            holders[key].append(mention)
    return dict(holders)


def _narrow(crowded: Mapping[int, str]) -> None:
    """Give everybody who holds one of these keys a narrower one in its place."""
    rows = MentionKey.objects.filter(key__in=crowded)
    held = list(rows.values_list("key", "mention_id"))
    records = read({mention for _, mention in held})
    rows.delete()
    _store((keys.narrow(records[mention], key), mention) for key, mention in held)
    holding = Counter(key for key, _ in held)
    CommonKey.objects.bulk_create(
        CommonKey(key=key, kind=kind, mentions=holding[key]) for key, kind in crowded.items()
    )


def _count(more: Mapping[int, int]) -> None:
    """Count so many more mentions to keys that are too common."""
    by_number: dict[int, list[int]] = defaultdict(list)
    for key, number in more.items():
        by_number[number].append(key)
    for number, of in sorted(by_number.items()):
        CommonKey.objects.filter(key__in=of).update(mentions=F("mentions") + number)
