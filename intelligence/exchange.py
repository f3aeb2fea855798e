"""The contract with partners: reading what they send, and saying everything that is wrong with it.

`submission.schema.json` is version 1 of a submission. What it says in words only (refs resolve,
no date lies in the future) is checked here, and every error is told in plain English with its
JSON pointer (RFC 6901).
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

#: Bytes of one request body or line, and levels of nesting, beyond which nothing is read.
MOST_BYTES = 5 * 1024 * 1024
DEEPEST = 32

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parent / "submission.schema.json").read_text(encoding="utf-8")
)
_WITH_REFS = (
    "persons",
    "phones",
    "vehicles",
    "places",
    "online_accounts",
    "events",
    "statements",
    "groups",
    "relations",
)


@dataclass(frozen=True, order=True)
class Error:
    """One thing wrong: where (a JSON pointer), a code for programs, a sentence for people."""

    pointer: str
    code: str
    message: str


class UnreadableError(Exception):
    """The bytes are not JSON that we accept; `errors` says why."""

    def __init__(self, code: str, message: str) -> None:
        self.errors = [Error("", code, message)]
        super().__init__(message)


def parse(raw: bytes) -> object:
    """The value of strict JSON. Raises UnreadableError.

    Refused, because two programs could read it as two things: a key given twice, NaN and
    infinity, a NUL, half of a surrogate pair, bytes that are not UTF-8.
    """
    if len(raw) > MOST_BYTES:
        raise UnreadableError("too_large", f"Send at most {MOST_BYTES} bytes at once.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8: the first bad byte is number {error.start}."
        raise UnreadableError("not_utf8", message) from None
    _check_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise UnreadableError("not_json", message) from None
    except ValueError as error:
        raise UnreadableError("not_json", f"This is not JSON: {error}.") from None
    if _has_unstorable_text(value):
        message = "The text holds a NUL or half of a surrogate pair, which no record can keep."
        raise UnreadableError("bad_text", message)
    return value


def _check_depth(text: str) -> None:
    """Bound the nesting before the parser recurses into it."""
    depth = 0
    for character in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        depth += (character in "[{") - (character in "]}")
        if depth > DEEPEST:
            raise UnreadableError("too_deep", f"This is nested more than {DEEPEST} levels deep.")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableError("duplicate_key", f"The key “{twice[:80]}” is given twice.")
    return made


def _refuse_constant(name: str) -> object:
    raise UnreadableError("not_a_number", f"{name} is not a number that JSON has.")


_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def _has_unstorable_text(value: object) -> bool:
    if isinstance(value, str):
        return bool(_UNSTORABLE.search(value))
    if isinstance(value, dict):
        return any(_has_unstorable_text(v) for pair in value.items() for v in pair)
    if isinstance(value, list):
        return any(map(_has_unstorable_text, value))
    return isinstance(value, float) and value in {float("inf"), float("-inf")}


def canonical(payload: object) -> bytes:
    """The same bytes for the same content, whatever the order of keys."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(payload: object) -> bytes:
    """SHA-256 of the canonical form: 32 bytes."""
    return hashlib.sha256(canonical(payload)).digest()


def check(payload: object, *, police: bool, today: date) -> list[Error]:
    """Every error of a submission, in a fixed order; empty when it may be taken.

    `police` says whether the sender is a police agency: only those may send gradings.
    """
    if not isinstance(payload, dict):
        return [Error("", "not_an_object", "A submission is one JSON object.")]
    if _has_unstorable_text(payload):
        return [Error("", "bad_text", "The text holds a character that no record can keep.")]
    errors = {error for found in _validator().iter_errors(payload) for error in _told(found)}
    for rule in (_dates, _refs, _relations, _people):
        errors.update(rule(payload))
    errors.update(_future(payload, today))
    if not police:
        errors.update(_gradings(payload))
    return sorted(errors)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def _pointer(path: Iterable[object]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _told(error: ValidationError) -> Iterator[Error]:
    """What one finding of the validator means, in plain words."""
    path = list(error.absolute_path)
    kind = str(error.validator)
    if kind == "required":
        yield from _told_missing(error, path)
    elif kind in {"additionalProperties", "unevaluatedProperties"}:
        yield from _told_unknown(error, path)
    elif kind == "anyOf" and not path:
        message = "Say something: a narrative, a statement, a person, an object or an event."
        yield Error("", "empty", message)
    elif kind == "dependentRequired":
        yield Error(_pointer(path), "required", "Latitude and longitude come together.")
    elif error.schema is False or kind == "None":
        message = "This may be said of a suspected offender only."
        yield Error(_pointer(path), "not_allowed", message)
    else:
        yield Error(_pointer(path), _CODES.get(kind, "invalid"), _sentence(kind, error))


def _told_missing(error: ValidationError, path: list[Any]) -> Iterator[Error]:
    wanted: Any = error.validator_value
    for name in wanted:
        if name not in _instance(error):
            yield Error(_pointer([*path, name]), "required", f"“{name}” is missing.")


def _told_unknown(error: ValidationError, path: list[Any]) -> Iterator[Error]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    for name in _instance(error):
        if name not in known:
            message = f"“{name[:80]}” is not part of the format."
            yield Error(_pointer([*path, name]), "unknown", message)


def _instance(error: ValidationError) -> dict[str, Any]:
    return error.instance if isinstance(error.instance, dict) else {}


_CODES = {
    "type": "wrong_type",
    "enum": "not_a_choice",
    "format": "wrong_format",
    "pattern": "wrong_format",
    "maxLength": "too_long",
    "minLength": "too_short",
    "maxItems": "too_many",
    "minItems": "too_few",
    "minimum": "too_small",
    "maximum": "too_large",
    "uniqueItems": "repeated",
    "minProperties": "empty",
}
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}


def _sentence(kind: str, error: ValidationError) -> str:
    value: Any = error.validator_value
    described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    sentences: dict[str, Callable[[], str]] = {
        "type": lambda: f"This must be {_TYPES.get(str(value), value)}.",
        "enum": lambda: "This must be one of: " + ", ".join(map(str, value)) + ".",
        "format": lambda: _FORMATS.get(str(value), f"This must be a {value}."),
        "pattern": lambda: f"This is not in the right form. {described}".strip(),
        "maxLength": lambda: f"This may have at most {value} characters.",
        "minLength": lambda: "This may not be empty.",
        "maxItems": lambda: f"At most {value} of these may be given.",
        "minItems": lambda: f"At least {value} of these must be given.",
        "minimum": lambda: f"This must be {value} or more.",
        "maximum": lambda: f"This must be {value} or less.",
        "uniqueItems": lambda: "The same thing is given twice.",
        "minProperties": lambda: "Give at least one detail besides the ref.",
    }
    tell = sentences.get(kind)
    return tell() if tell else "This does not fit the format."


_FORMATS = {
    "date": "This must be a real date, written YYYY-MM-DD.",
    "date-time": "This must be a moment with its offset, like 2026-03-01T21:30:00+00:00.",
}


def _each(payload: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = payload.get(name)
    if isinstance(rows, list):
        yield from ((place, row) for place, row in enumerate(rows) if isinstance(row, dict))


def _future(payload: dict[str, Any], today: date) -> Iterator[Error]:
    for name in ("information_date", "learned_on"):
        given = _as_date(payload.get(name))
        if given is not None and given > today:
            yield Error(f"/{name}", "in_future", "This date lies in the future.")
        if given is not None and given.year < EARLIEST:
            yield Error(f"/{name}", "too_early", f"This date lies before {EARLIEST}.")


#: No submission speaks of an earlier day than the first of this year.
EARLIEST = 1900


def _as_date(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _dates(payload: dict[str, Any]) -> Iterator[Error]:
    """Days that the pattern allows and the calendar does not."""
    for pointer, day in _days(payload):
        if not _is_real(day):
            yield _unreal(pointer)
    for place, event in _each(payload, "events"):
        started, ended = _moment(event.get("started_at")), _moment(event.get("ended_at"))
        if started and ended and ended < started:
            message = "This ends before it starts."
            yield Error(f"/events/{place}/ended_at", "out_of_order", message)


def _days(payload: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for place, person in _each(payload, "persons"):
        yield f"/persons/{place}/date_of_birth", person.get("date_of_birth")
    for name in ("statements", "events", "relations"):
        for place, row in _each(payload, name):
            when = row.get("when")
            for end in ("from", "to"):
                if isinstance(when, dict):
                    yield f"/{name}/{place}/when/{end}", when.get(end)


def _unreal(pointer: str) -> Error:
    message = f"There is no such day in the calendar, or it lies before {EARLIEST}."
    return Error(pointer, "no_such_day", message)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo else None


_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?", re.ASCII)


def _is_real(text: object) -> bool:
    """Is this a day, a month or a year that there is? What is no such text is not judged here."""
    if not isinstance(text, str) or not (parts := _MOMENT.fullmatch(text)):
        return True
    year, month, day, hour, minute = (int(part) if part else None for part in parts.groups())
    try:
        datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0)  # noqa: DTZ001 - a check
    except ValueError:
        return False
    return bool(year and year >= EARLIEST)


def _refs(payload: dict[str, Any]) -> Iterator[Error]:
    """Each ref is given once, and whatever is named by ref is given."""
    given: dict[str, str] = {}
    for name in _WITH_REFS:
        for place, row in _each(payload, name):
            ref = row.get("ref")
            if not isinstance(ref, str):
                continue
            pointer = f"/{name}/{place}/ref"
            if ref in given:
                message = f"The ref “{ref[:16]}” is used at {given[ref]} already."
                yield Error(pointer, "duplicate_ref", message)
            given.setdefault(ref, pointer)
    for pointer, ref in _named(payload):
        if isinstance(ref, str) and ref not in given:
            yield Error(pointer, "unknown_ref", f"Nothing here has the ref “{ref[:16]}”.")


def _named(payload: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for place, relation in _each(payload, "relations"):
        yield f"/relations/{place}/from", relation.get("from")
        yield f"/relations/{place}/to", relation.get("to")
    for place, event in _each(payload, "events"):
        yield f"/events/{place}/place", event.get("place")
    for place, statement in _each(payload, "statements"):
        about = statement.get("about")
        for number, ref in enumerate(about if isinstance(about, list) else []):
            yield f"/statements/{place}/about/{number}", ref


def _relations(payload: dict[str, Any]) -> Iterator[Error]:
    for place, relation in _each(payload, "relations"):
        if relation.get("kind") == "other" and not relation.get("note"):
            message = "Say in a note what “other” means."
            yield Error(f"/relations/{place}/note", "required", message)
        if relation.get("from") is not None and relation.get("from") == relation.get("to"):
            message = "A thing is not related to itself."
            yield Error(f"/relations/{place}/to", "self_relation", message)


def _people(payload: dict[str, Any]) -> Iterator[Error]:
    for place, person in _each(payload, "persons"):
        youngest, oldest = person.get("age_from"), person.get("age_to")
        if isinstance(youngest, int) and isinstance(oldest, int) and youngest > oldest:
            message = "The younger age comes first."
            yield Error(f"/persons/{place}/age_to", "out_of_order", message)


def _gradings(payload: dict[str, Any]) -> Iterator[Error]:
    message = "Partners do not grade: leave this out, and police will grade what you send."
    if "grading" in payload:
        yield Error("/grading", "police_only", message)
    for place, statement in _each(payload, "statements"):
        if "grading" in statement:
            yield Error(f"/statements/{place}/grading", "police_only", message)
