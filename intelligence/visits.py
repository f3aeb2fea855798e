"""The log of a home: quick rows, one shift at a time, and one report from those that matter."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from intelligence import intake
from intelligence.confirming import Item
from intelligence.lines import divided
from intelligence.models import Visit
from intelligence.models.visits import KEPT
from intelligence.questions import Given
from partners import audit, policy
from partners.models import User
from partners.policy import Action
from partners.templatetags.ui import moment

#: When a shift begins; it lasts until the other.
DAY, NIGHT = time(7), time(19)
#: Rows of one shift that are shown, at most.
MOST = 50
FIELDS = ("seen_at", "registration", "vehicle", "called", "description", "came_for")


def shift(at: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of the shift that `at` lies in."""
    local = timezone.localtime(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    edges = [
        timezone.make_aware(datetime.combine((midnight + timedelta(days=days)).date(), edge))
        for days in (-1, 0, 1)
        for edge in (DAY, NIGHT)
    ]
    begins = max(edge for edge in edges if edge <= local)
    return begins, min(edge for edge in edges if edge > local)


def seen(begins: datetime, ends: datetime, *, to: User) -> list[Visit]:
    """The rows of one shift, in the order in which things were seen."""
    rows = Visit.objects.visible_to(to).select_related("logged_by")
    return list(rows.filter(seen_at__gte=begins, seen_at__lt=ends).order_by("seen_at", "pk")[:MOST])


def before(begins: datetime, *, to: User) -> Visit | None:
    """The last row of an earlier shift, if any: nobody pages through what is empty."""
    rows = Visit.objects.visible_to(to).filter(seen_at__lt=begins)
    return rows.order_by("-seen_at", "pk").first()


def after(ends: datetime, *, to: User) -> Visit | None:
    """The first row of a later shift, if any."""
    return Visit.objects.visible_to(to).filter(seen_at__gte=ends).order_by("seen_at", "pk").first()


@transaction.atomic
def log(*, by: User, said: Mapping[str, Any]) -> Visit:
    """Add a row. Raises NotPermittedError."""
    policy.require(by, Action.SUBMIT)
    row = Visit(agency=by.agency, logged_by=by, **{name: said[name] for name in FIELDS})
    row.save(force_insert=True)
    audit.record(
        by=by,
        operation="collection",
        verb="log visit",
        object_type="visit",
        object_ids=[row.pk],
    )
    return row


@transaction.atomic
def send(rows: Sequence[Visit], payload: Given, *, by: User) -> intake.Receipt:
    """Send one report of these rows. Raises what `intake.submit` raises, and NotPermittedError
    where one is another home's.
    """
    ids = [row.pk for row in rows]
    held = Visit.objects.visible_to(by).filter(pk__in=ids)
    if len(held.select_for_update()) != len(ids):
        raise policy.NotPermittedError("a row is another home's")
    receipt = intake.submit(payload, by=by)
    held.update(sent_at=timezone.now())
    return receipt


def always(rows: Sequence[Visit], *, by: User) -> Given:
    """What belongs to each report of a log: its day, and the home."""
    home = {"ref": "home", "kind": "care_home", "name": by.agency.name[:200]}
    last = max(row.seen_at for row in rows)
    return {"information_date": timezone.localdate(last).isoformat(), "places": [home]}


def items(rows: Sequence[Visit]) -> list[Item]:
    """Each row as an item. Young people of one name are one person in all of them."""
    children: dict[str, str] = {}
    return [_item(row, number, children) for number, row in enumerate(rows, start=1)]


def _item(row: Visit, number: int, children: dict[str, str]) -> Item:
    event: Given = {
        "ref": f"e{number}",
        "kind": "sighting",
        "started_at": timezone.localtime(row.seen_at).isoformat(),
        "place": "home",
        "description": words(row),
    }
    parts: dict[str, list[Given]] = {"events": [event], "relations": []}
    visitor, vehicle = f"p{number}", f"v{number}"
    if row.called or row.description:
        person: Given = {"ref": visitor, "role": "unknown"}
        person |= {"nicknames": [row.called]} if row.called else {}
        person |= {"description": row.description} if row.description else {}
        parts["persons"] = [person]
        parts["relations"].append({"from": visitor, "kind": "seen_at", "to": "home"})
    if row.registration or row.vehicle:
        car: Given = {"ref": vehicle}
        car |= {"registration": row.registration} if row.registration else {}
        car |= {"make": row.vehicle} if row.vehicle else {}
        parts["vehicles"] = [car]
        parts["relations"].append({"from": vehicle, "kind": "seen_at", "to": "home"})
        if "persons" in parts:
            parts["relations"].append({"from": visitor, "kind": "uses", "to": vehicle})
    _young(row, visitor if "persons" in parts else vehicle, parts, children)
    return Item(str(row.pk), f"{moment(row.seen_at)}: {words(row)}", parts)


def _young(row: Visit, who: str, parts: dict[str, list[Given]], children: dict[str, str]) -> None:
    """Whom they came for. Each item has the young person under one ref: it is sent once."""
    for name in divided(row.came_for):
        ref = children.setdefault(name.casefold(), f"c{len(children) + 1}")
        child = {"ref": ref, "role": "child_at_risk", "given_names": name[:100]}
        parts.setdefault("persons", []).append(child)
        parts["relations"].append(
            {"from": who, "kind": "associates_with", "to": ref, "note": "Came for them."}
        )


def words(row: Visit) -> str:
    """A row in words."""
    told = [
        (" ".join(filter(None, [row.registration, row.vehicle])), "{}"),
        (row.called, "“{}”"),
        (row.description, "{}"),
        (row.came_for, "came for {}"),
    ]
    return ", ".join(form.format(value.rstrip(". ")) for value, form in told if value)


def forget_old() -> int:
    """Erase the rows that were logged longer ago than `KEPT`; how many. Run as a worker."""
    gone, _ = Visit.objects.filter(logged_at__lt=timezone.now() - KEPT).delete()
    if gone:
        audit.record(
            by=None,
            operation="erasure",
            verb="erase old visits",
            object_type="visit",
            detail={"number": gone},
        )
    return gone
