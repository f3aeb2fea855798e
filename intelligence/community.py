"""The route without an account: what anybody tells, and what the desk makes of it.

Whoever writes is given a reference and a word, to add to it later. Both follow from a number in the
form, so that the answer is made without reading anything: it is the same whatever is held. Nothing
is answered to them here, ever: docs/adr/0028.
"""

import hashlib
import hmac
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from intelligence import intake
from intelligence.models import CommunityMessage
from partners import audit, context, policy
from partners.models import Area, User
from partners.policy import Action

#: For so long the page may stay open; then it is shown again, with what was written.
OPEN_FOR = timedelta(hours=24)
#: Faster than this no person reads the page and writes.
NOT_BEFORE = timedelta(seconds=3)
#: For so long what was set aside is kept. What waits is kept until it is read.
KEPT = timedelta(days=90)

_SALT = "tell"
#: Letters and digits that are not taken for one another when read aloud.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
#: Plain words, easy to say and to spell. A change makes other slips for forms that are open now.
_WORDS = (Path(__file__).parent / "community_words.txt").read_text(encoding="utf-8").split()


class ClosedError(Exception):
    """The form was not opened here, or too long ago: show it again."""


class SettledError(Exception):
    """A colleague has settled the message before."""


@dataclass(frozen=True)
class Slip:
    """What a writer takes home: with both, what they write later is put beside this."""

    reference: str
    word: str


def open_form() -> str:
    """The hidden number of a new form, signed with the time at which it was opened."""
    return signing.dumps(uuid.uuid4().hex, salt=_SALT)


def areas() -> list[Area]:
    """The force areas in which people without an account may write."""
    return list(Area.objects.exclude(community=None).order_by("name"))


def tell(said: Mapping[str, Any], *, area: Area, opened: str, trap: str = "") -> Slip:
    """Store what somebody wrote; the slip that they take home. Raises ClosedError.

    Twice the same from one form is stored once. Other words from the same form are stored beside
    the first: whoever went back to add something loses nothing.
    """
    number, is_quick = _opened(opened)
    made = _slip(number)
    before = (_plain(said.get("reference", "")), _plain(said.get("word", "")))
    returning = all(before)
    reference, word = before if returning else (_plain(made.reference), _plain(made.word))
    message = CommunityMessage(
        id=uuid.uuid5(number, _content(said)),
        area=area,
        reference=reference[:20],
        tag=_mac("tag", f"{reference}|{word}"),
        returning=returning,
        doubtful=bool(trap) or is_quick,
        **{name: said[name] for name in ("text", "place", "day", "how_known", "who", "at_risk")},
        referral=said["referral"],
    )
    with transaction.atomic():
        # Whether it was there already is told to nobody, this function included.
        CommunityMessage.objects.bulk_create([message], ignore_conflicts=True)
        audit.record(
            by=None,
            operation="collection",
            verb="tell without an account",
            object_type="message",
            object_ids=[message.pk],
        )
    return Slip(said["reference"].strip(), said["word"].strip()) if returning else made


def _opened(token: str) -> tuple[uuid.UUID, bool]:
    """The number of a form, and whether it was opened a moment ago only."""
    try:
        number = uuid.UUID(signing.loads(token, salt=_SALT, max_age=OPEN_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        raise ClosedError from None
    try:
        signing.loads(token, salt=_SALT, max_age=NOT_BEFORE)
    except signing.SignatureExpired:
        return number, False
    return number, True


def _slip(number: uuid.UUID) -> Slip:
    dice = int.from_bytes(_mac("slip", number.hex), "big")
    letters = []
    for _ in range(8):
        dice, at = divmod(dice, len(_LETTERS))
        letters.append(_LETTERS[at])
    words = []
    for _ in range(3):
        dice, at = divmod(dice, len(_WORDS))
        words.append(_WORDS[at])
    return Slip(f"{''.join(letters[:4])}-{''.join(letters[4:])}", " ".join(words))


def _mac(use: str, text: str) -> bytes:
    key = hashlib.sha256(f"community {use}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _plain(text: str) -> str:
    """The same for whatever is meant to be the same: letters and digits alone."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _content(said: Mapping[str, Any]) -> str:
    return repr(sorted((name, str(value)) for name, value in said.items()))


# What the desk makes of it.


@transaction.atomic
def accept(message: CommunityMessage, payload: dict[str, Any], *, by: User) -> intake.Receipt:
    """Take it in, as a submission of the community of the area. From then on it is one like any
    other, and the message itself is emptied.

    Raises NotPermittedError, SettledError, and what `intake.submit` raises.
    """
    held = _hold(message, by)
    sender = _sender(held.area)
    with context.lent(to=sender, by=by):
        receipt = intake.submit(payload, by=sender)
    held.text = held.place = held.day = ""
    held.submission_id = receipt.submission
    _settle(held, CommunityMessage.Outcome.ACCEPTED, by=by)
    return receipt


@transaction.atomic
def set_aside(message: CommunityMessage, *, by: User, why: str) -> None:
    """Make nothing of it, for a reason; it is erased after `KEPT`.

    Raises NotPermittedError, SettledError, or ValueError without a reason.
    """
    if not why.strip():
        raise ValueError("Say why it is set aside.")
    held = _hold(message, by)
    held.why = why.strip()[:500]
    _settle(held, CommunityMessage.Outcome.SET_ASIDE, by=by)


def _hold(message: CommunityMessage, by: User) -> CommunityMessage:
    policy.require(by, Action.TRIAGE)
    seen = CommunityMessage.objects.visible_to(by).filter(pk=message.pk)
    held = seen.filter(outcome="").select_for_update(of=("self",)).first()
    if held is None and not seen.exists():
        raise policy.NotPermittedError("the message is not before this desk")
    if held is None:
        raise SettledError(message.pk)
    return held


def _sender(area: Area) -> User:
    """The machine user of the area's community: nobody can sign in as it."""
    code = f"community-{area.code}"[:32]  # also where the route was closed since
    return User.objects.get(agency__code=code, is_machine=True)


def _settle(held: CommunityMessage, outcome: str, *, by: User) -> None:
    held.outcome, held.settled_at, held.settled_by = outcome, timezone.now(), by
    held.save(
        update_fields=[
            "text",
            "place",
            "day",
            "submission",
            "why",
            "outcome",
            "settled_at",
            "settled_by",
        ]
    )
    audit.record(
        by=by,
        operation="alteration",
        verb=f"message {outcome.replace('_', ' ')}",
        object_type="message",
        object_ids=[held.pk, *filter(None, [held.submission_id])],
        reason=held.why,
    )


def forget_old() -> int:
    """Erase what was settled longer ago than `KEPT`; how many. Run as a worker."""
    old = CommunityMessage.objects.filter(settled_at__lt=timezone.now() - KEPT)
    gone, _ = old.delete()
    if gone:
        audit.record(
            by=None,
            operation="erasure",
            verb="erase old messages",
            object_type="message",
            detail={"number": gone},
        )
    return gone
