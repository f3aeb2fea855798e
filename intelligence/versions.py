"""Which model links are scored with.

A version is kept as a draft, compared with the active one, may score as a shadow beside it, and is
put in force by a supervisor. Each link keeps the version that it was scored with: another active
version scores what comes, and changes nothing of what was.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from intelligence.models import ModelVersion
from linking.model import Model, default
from partners import audit, policy
from partners.models import User
from partners.policy import Action

State = ModelVersion.State
#: What may follow what. A retired version may be put in force again: the way back.
STEPS: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.SHADOW, State.ACTIVE, State.RETIRED}),
    State.SHADOW: frozenset({State.ACTIVE, State.RETIRED}),
    State.ACTIVE: frozenset(),
    State.RETIRED: frozenset({State.ACTIVE}),
}


class StepError(Exception):
    """A version does not go from its state to that one; the sentence says why."""


class SpoiltError(Exception):
    """What is stored of a version is not what its name, its SHA-256, says."""


def active() -> Model:
    """The model that links are scored with now; until any was kept, the one that ships."""
    return _in_state(State.ACTIVE) or default()


def shadow() -> Model | None:
    """The model that scores beside the active one, if there is one."""
    return _in_state(State.SHADOW)


def in_force() -> Model:
    """The active model for whoever scores links with it: from now on there is a row of it."""
    model = _in_state(State.ACTIVE)
    return model or _ship()


def named(version: str) -> Model:
    """The model that a link names; the active one where it is older than all that were kept."""
    if version == default().version:
        return default()
    if ModelVersion.objects.filter(pk=version).exists():
        return _read(version)
    return active()


def thresholds() -> dict[str, float]:
    """Bits from which a pair is a link, by version."""
    return dict(ModelVersion.objects.values_list("version", "threshold"))


def _in_state(state: str) -> Model | None:
    version = ModelVersion.objects.filter(state=state).values_list("version", flat=True).first()
    if version is None:
        return None
    return default() if version == default().version else _read(version)


# A version names its content, so that what was read once is good for ever.
@lru_cache(maxsize=4)
def _read(version: str) -> Model:
    model = Model.from_json(ModelVersion.objects.get(pk=version).document)
    if model.version != version:
        raise SpoiltError(version)
    return model


def _ship() -> Model:
    model = default()
    made = _row(model, number=0, facts={"made": "shipped"})
    made.state = State.ACTIVE
    ModelVersion.objects.bulk_create([made], ignore_conflicts=True)
    return model


def offer_shipped() -> None:
    """Keep the model of a later release as a draft: what is in force changes by people alone."""
    if ModelVersion.objects.exists():
        keep(default(), facts={"made": "shipped"}, by=None)


def _row(model: Model, *, number: int, facts: Mapping[str, Any]) -> ModelVersion:
    return ModelVersion(
        version=model.version,
        number=number,
        document=model.to_json(),
        threshold=model.threshold,
        facts=dict(facts),
    )


@transaction.atomic
def keep(model: Model, *, facts: Mapping[str, Any], by: User | None) -> ModelVersion:
    """Keep a model as a draft; what is kept already stays as it is.

    `facts` say how it was made. `by` is None for a command on the server.
    """
    if by is not None:
        policy.require(by, Action.MANAGE_MODELS)
    in_force()
    kept = ModelVersion.objects.filter(pk=model.version).first()
    if kept is not None:
        return kept
    highest = ModelVersion.objects.order_by("-number").values_list("number", flat=True)[0]
    made = _row(model, number=highest + 1, facts=facts)
    made.save(force_insert=True)
    _record(made, "keep model", by, {})
    return made


@transaction.atomic
def change(version: str, to: str, *, by: User, reason: str) -> ModelVersion:
    """Make a version the shadow, or the active one, or set it aside.

    What was active until now is retired; what was the shadow until now is a retired version too.
    Raises NotPermittedError, StepError and ModelVersion.DoesNotExist.
    """
    policy.require(by, Action.MANAGE_MODELS)
    rows = {row.pk: row for row in ModelVersion.objects.select_for_update().defer("document")}
    if version not in rows:
        raise ModelVersion.DoesNotExist
    row = rows[version]
    was = row.state
    if to not in STEPS[was]:
        raise StepError(f"Version {row.number} is {row.get_state_display().lower()}.")
    if to == State.ACTIVE and row.number and row.comparison is None:
        raise StepError(f"Version {row.number} has not been compared with the active one.")
    for other in rows.values():
        if to in {State.ACTIVE, State.SHADOW} and other.state == to:
            _set(other, State.RETIRED, by)
    _set(row, to, by)
    _record(row, f"{_VERBS[to]} model", by, {"was": was}, reason)
    return row


_VERBS: Mapping[str, str] = {
    State.SHADOW: "shadow",
    State.ACTIVE: "activate",
    State.RETIRED: "retire",
}


def _set(row: ModelVersion, state: str, by: User) -> None:
    row.state, row.changed_by, row.changed_at = state, by, timezone.now()
    row.save(update_fields=["state", "changed_by", "changed_at"])


def _record(
    row: ModelVersion, verb: str, by: User | None, detail: Mapping[str, Any], reason: str = ""
) -> None:
    audit.record(
        by=by,
        operation="configuration",
        verb=verb,
        object_type="model version",
        reason=reason,
        detail={"number": row.number, "version": row.version, **detail},
    )
