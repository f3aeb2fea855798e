"""Hubs: what many people use and what ties nobody to anybody, such as a home's telephone.

A supervisor pins one, or lets it count again, with a reason. While it is pinned it is no key and
weighs nothing, so that the five-thousandth person who has it costs no more than the first. What
was linked by it before is weighed anew by the route: a worker puts everybody who has it back in
the queue.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from intelligence.models import Hub, Sighting
from linking import normalise
from linking.model import Model
from linking.types import Record
from partners import audit, policy
from partners.models import User
from partners.policy import Action

#: The detail of a record that holds each kind, and how it comes to its normal form.
DETAILS = {Hub.Kind.PHONE: "phones", Hub.Kind.VEHICLE: "plates"}
_NORMAL = {Hub.Kind.PHONE: normalise.phone, Hub.Kind.VEHICLE: normalise.plate}
#: How many reports of one's force name it, as a band: counted up to the last of them.
BANDS = ((6, "fewer than 6 reports"), (20, "6 to 19 reports"), (100, "20 to 99 reports"))
MOST = "100 reports or more"


class UnclearError(Exception):
    """The value is none of its kind, or was not read whole; the message says so."""


@transaction.atomic
def pin(kind: str, given: str, *, by: User, reason: str) -> Hub:
    """Say that sharing this ties nobody to anybody. Raises NotPermittedError, UnclearError."""
    policy.require(by, Action.MANAGE_MODELS)
    normal = _NORMAL[Hub.Kind(kind)](given)
    if normal.problem or not normal.value or {"?", "*"} & set(normal.value):
        raise UnclearError(normal.problem or "Give all of it: what was read in part is no hub.")
    row = Hub.objects.visible_to(by).filter(kind=kind, value=normal.value).first()
    if row is not None:
        return change(row, is_pinned=True, by=by, reason=reason)
    row = Hub(
        area_id=by.agency.area_id, kind=kind, value=normal.value, reason=reason, changed_by=by
    )
    row.save(force_insert=True)
    _record(row, by)
    return row


@transaction.atomic
def change(hub: Hub, *, is_pinned: bool, by: User, reason: str) -> Hub:
    """Let it count again, or pin it again. Raises NotPermittedError."""
    policy.require(by, Action.MANAGE_MODELS)
    row = Hub.objects.visible_to(by).select_for_update().filter(pk=hub.pk).first()
    if row is None:
        raise policy.NotPermittedError("said by another force")
    row.is_pinned, row.reason, row.changed_by = is_pinned, reason, by
    row.changed_at, row.applied_at = timezone.now(), None
    row.save(update_fields=["is_pinned", "reason", "changed_by", "changed_at", "applied_at"])
    _record(row, by)
    return row


def _record(row: Hub, by: User) -> None:
    audit.record(
        by=by,
        operation="configuration",
        verb="pin hub" if row.is_pinned else "release hub",
        object_type="hub",
        object_ids=[row.pk],
        reason=row.reason,
    )


def use(hub: Hub, *, to: User) -> str:
    """How many reports that `to` may see name it: a band, counted no further than its end."""
    seen = Sighting.objects.visible_to(to).filter(kind=hub.kind, normal=hub.value)
    number = len(seen.values_list("submission_id", flat=True)[: BANDS[-1][0]])
    return next((words for bound, words in BANDS if number < bound), MOST)


# What a worker does.


def pinned() -> frozenset[str]:
    """Everything that is pinned, by whichever force: normal forms."""
    return frozenset(Hub.objects.filter(is_pinned=True).values_list("value", flat=True))


def weighing(model: Model) -> Model:
    """The model with what is pinned now among its hubs. Links name the version of the other."""
    return replace(model, hubs=model.hubs | pinned())


def without(record: Record, values: frozenset[str]) -> Record:
    """The record as if nobody had asked about these values."""
    kept: Mapping[str, tuple[str, ...]] = {
        detail: tuple(value for value in getattr(record, detail) if value not in values)
        for detail in DETAILS.values()
    }
    if all(kept[detail] == getattr(record, detail) for detail in kept):
        return record
    return replace(record, phones=kept["phones"], plates=kept["plates"])
