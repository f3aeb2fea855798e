"""Reports begun and not sent: kept for whoever writes them, so that nothing typed is ever lost.

Nobody else sees a draft, and no figure counts it. What is erased after `KEPT` is gone for good.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from intelligence.models import Draft
from intelligence.models.drafts import KEPT
from partners import audit, policy
from partners.models import User
from partners.policy import Action

#: What was typed: field to text, or to a list of texts, as a browser posts it.
Answers = Mapping[str, Any]

#: Drafts that a list shows, at most.
MOST_SHOWN = 20


@transaction.atomic
def begin(*, by: User, way: str, answers: Answers) -> Draft:
    """A new draft of `by` that holds these answers. Raises NotPermittedError."""
    policy.require(by, Action.SUBMIT)
    now = timezone.now()
    draft = Draft(written_by=by, way=way, begun_at=now, saved_at=now, answers=_storable(answers))
    draft.save(force_insert=True)
    _log(draft, "collection", "begin draft", by=by)
    return draft


@transaction.atomic
def save(draft: Draft, *, by: User, answers: Answers, instead_of: Answers | None = None) -> Draft:
    """Keep `answers` in a draft of `by`, in place of those named in `instead_of`, and beside the
    others; without it, in place of all. Raises Draft.DoesNotExist where it is gone by now.
    """
    held = Draft.objects.visible_to(by).select_for_update().get(pk=draft.pk)
    others = {} if instead_of is None else held.answers
    before = held.answers
    held.answers = {k: v for k, v in others.items() if k not in (instead_of or ())}
    held.answers |= _storable(answers)
    held.saved_at = max(timezone.now(), held.begun_at)
    held.save(update_fields=["answers", "saved_at"])
    if held.answers != before:
        _log(held, "alteration", "save draft", by=by)
    return held


@transaction.atomic
def throw_away(draft: Draft, *, by: User) -> None:
    """Erase a draft of `by`: they do not want it any more, or it has been sent."""
    Draft.objects.visible_to(by).filter(pk=draft.pk).delete()
    _log(draft, "erasure", "erase draft", by=by)


def unfinished(*, by: User) -> list[Draft]:
    """The drafts of `by` that are not yet due to go, the one saved last first."""
    kept = Draft.objects.visible_to(by).filter(saved_at__gt=timezone.now() - KEPT)
    return list(kept.order_by("-saved_at", "pk")[:MOST_SHOWN])


@transaction.atomic
def forget_old() -> int:
    """Erase the drafts that were last saved longer ago than `KEPT`; how many. Run as a worker."""
    gone, _ = Draft.objects.filter(saved_at__lt=timezone.now() - KEPT).delete()
    if gone:
        audit.record(
            by=None,
            operation="erasure",
            verb="erase old drafts",
            object_type="draft",
            detail={"number": gone},
        )
    return gone


def _storable(answers: Answers) -> dict[str, Any]:
    """The answers without what PostgreSQL cannot keep in JSON: a NUL, half of a pair."""
    return {name: _text(value) for name, value in answers.items() if value not in ("", [], None)}


def _text(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_text(one) for one in value]
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()


def _log(draft: Draft, operation: str, verb: str, *, by: User) -> None:
    audit.record(by=by, operation=operation, verb=verb, object_type="draft", object_ids=[draft.pk])
