"""A file of submissions through the same intake as everything else.

Each line is taken as the machine user of the agency it names, with the rights of the web login and
its row security. Lines are committed together, a few hundred at a time; what was committed is known
when the file is read again, so an import may be stopped anywhere and started anew.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.db import transaction

from intelligence import exchange, ihub, intake
from intelligence.exchange import Error
from partners import context
from partners.models import User

#: Lines committed together.
TOGETHER = 200


@dataclass
class Outcome:
    """What became of the lines. `refusals` are those of the lines not written down yet."""

    accepted: int = 0
    duplicate: int = 0
    conflict: int = 0
    refused: int = 0
    refusals: list[dict[str, Any]] = field(default_factory=list)
    urgent: dict[str, int] = field(default_factory=dict)  #: new ones a call, and whom to call

    def __str__(self) -> str:
        return (
            f"accepted {self.accepted}, duplicate {self.duplicate}, "
            f"conflict {self.conflict}, refused {self.refused}"
        )

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return self.accepted + self.duplicate + self.conflict + self.refused

    def refuse(self, line: int, errors: list[Error]) -> None:
        """Count a line that was not taken, and keep why."""
        told = [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors]
        self.refusals.append({"line": line, "errors": told})


def refused_path(path: Path) -> Path:
    """Where the lines of `path` that were not taken are told: `FILE.refused.jsonl`."""
    return path.with_suffix(".refused.jsonl")


def import_file(path: Path, *, after: Callable[[int, Outcome], None]) -> Outcome:
    """Take every line of a JSON Lines file. Raises OSError.

    `after` is told the bytes read and the outcome so far, once for each transaction.
    """
    outcome = Outcome()
    machines = _machines()
    told = refused_path(path)
    told.unlink(missing_ok=True)
    read = 0
    with path.open("rb") as file:
        for lines in _batches(file):
            _take(lines, machines, outcome)
            if outcome.refusals:
                with told.open("a", encoding="utf-8") as refused:
                    refused.writelines(
                        json.dumps(row, ensure_ascii=False) + "\n" for row in outcome.refusals
                    )
                outcome.refusals.clear()
            read += sum(size for _, size, _ in lines)
            after(read, outcome)
    return outcome


Line = tuple[int, int, bytes]


def _batches(file: IO[bytes]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in _lines(file):
        batch.append(line)
        if len(batch) == TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def _lines(file: IO[bytes]) -> Iterator[Line]:
    """The number, the size in bytes and the text of each line; of one too long, its beginning."""
    most = exchange.MOST_BYTES + 1
    number = 0
    while text := file.readline(most):
        number += 1
        size, end = len(text), text
        while not end.endswith(b"\n") and (end := file.readline(most)):
            size += len(end)
        yield number, size, text.removeprefix(b"\xef\xbb\xbf") if number == 1 else text


def _machines() -> dict[str, User]:
    rows = User.objects.filter(is_machine=True, is_active=True).select_related("agency__area")
    return {user.agency.code: user for user in rows}


def _take(lines: list[Line], machines: dict[str, User], outcome: Outcome) -> None:
    """One transaction for some lines. Each stands alone: a bad one leaves nothing behind."""
    answers: dict[int, Answer] = {}
    sent: dict[User, dict[int, object]] = defaultdict(dict)
    for number, _, text in lines:
        if text.strip():
            try:
                by, payload = _sender(text, machines)
                sent[by][number] = payload
            except (exchange.UnreadableError, intake.RefusedError) as refused:
                answers[number] = refused
    with transaction.atomic():
        for by, payloads in sent.items():
            context.set_local(by)
            taken = intake.submit_many(list(payloads.values()), by=by, channel="file")
            answers |= zip(payloads, taken, strict=True)
    for number, answer in sorted(answers.items()):
        _count(number, answer, outcome)


Answer = intake.Answer | exchange.UnreadableError


def _count(number: int, answer: Answer, outcome: Outcome) -> None:
    if isinstance(answer, exchange.UnreadableError | intake.RefusedError):
        outcome.refused += 1
        outcome.refuse(number, answer.errors)
    elif isinstance(answer, intake.ConflictError):
        outcome.conflict += 1
        outcome.refuse(number, [Error("/reference", answer.code, answer.sentence)])
    else:
        outcome.accepted += answer.created
        if answer.created and answer.advice:
            outcome.urgent[answer.advice] = outcome.urgent.get(answer.advice, 0) + 1
        outcome.duplicate += not answer.created


def _sender(text: bytes, machines: dict[str, User]) -> tuple[User, object]:
    """Who sends a line, and what. Raises UnreadableError or RefusedError."""
    payload = exchange.parse(text)
    if not isinstance(payload, dict):
        raise intake.RefusedError([Error("", "not_an_object", "A line is one JSON object.")])
    code = payload.pop("agency", None)
    by = machines.get(code) if isinstance(code, str) else None
    if by is None:
        message = f"There is no agency “{str(code)[:80]}”." if code else "“agency” is missing."
        raise intake.RefusedError([Error("/agency", "unknown_agency", message)])
    return by, _of_bundle(payload) if ihub.is_bundle(payload) else payload


def _of_bundle(told: dict[str, Any]) -> dict[str, Any]:
    try:
        return ihub.payload(told)
    except ihub.BundleError as error:
        raise intake.RefusedError([Error(error.pointer, "bad_bundle", str(error))]) from None
