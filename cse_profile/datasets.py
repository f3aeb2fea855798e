"""Files of persons that come from nowhere near the system: linked in memory, for measuring.

A row becomes a `linking.types.Record`, the same value that a mention becomes. The name of a row
(its `id`) is opaque: it is hashed before anything is compared, so that neither it nor the order of
the rows can say who is who. Only the columns that a map names are read, and so no label is.
"""

import csv
import json
import re
import uuid
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from linking import executors, normalise
from linking.model import Model, default
from linking.train import train
from linking.types import Record

Columns = Mapping[str, Sequence[str]]
Row = Mapping[str, str]

#: What a map may name. The columns of a list are read as one text, or, of these, each for itself.
FIELDS = (
    "id",
    "given_names",
    "family_name",
    "nicknames",
    "date_of_birth",
    "birth_year",
    "birth_month",
    "birth_day",
    "gender",
    "phone",
    "postcode",
    "address",
    "identifier",
)
#: What the built-in formats say beyond that: a town, a region, an online name.
_MORE = ("place", "area", "handle")
_SEVERAL = frozenset({"nicknames", "phone", "postcode", "identifier", "place", "handle"})

FEBRL: Columns = {
    "id": ("id", "rec_id"),
    "given_names": ("given_name",),
    "family_name": ("surname",),
    "date_of_birth": ("date_of_birth",),
    "phone": ("phone_number",),
    "postcode": ("postcode",),
    "address": ("street_number", "address_1", "address_2"),
    "place": ("suburb",),
    "area": ("state",),
    "identifier": ("soc_sec_id",),
}
FAKE1000: Columns = {
    "id": ("unique_id",),
    "given_names": ("first_name",),
    "family_name": ("surname",),
    "date_of_birth": ("dob",),
    "place": ("city",),
    "handle": ("email",),
}
HISTORICAL50K: Columns = {
    "id": ("unique_id",),
    "given_names": ("first_name",),
    "family_name": ("surname",),
    "date_of_birth": ("dob",),
    "gender": ("gender",),
    "postcode": ("postcode_fake",),
    "place": ("birth_place",),
}
FORMATS: Mapping[str, Columns] = {
    "febrl": FEBRL,
    "fake1000": FAKE1000,
    "historical50k": HISTORICAL50K,
}

_GENDERS = {"m": "male", "male": "male", "f": "female", "female": "female"}
#: Hashing the name of a row takes its meaning away: `rec-7-dup-1` would tell who it is.
_NAMES = uuid.UUID("6a7b6c5e-4f0c-5d57-9c1e-0f6f7a2d9b41")


class DatasetError(ValueError):
    """A file or map that cannot be used, in one sentence for whoever gave it."""


class Dataset(NamedTuple):
    """The rows of a file in their order: the name of each, and the record made of it."""

    names: list[str]
    records: list[Record]


class Linked(NamedTuple):
    """A cluster for each row, and how many clusters there are."""

    rows: int
    clusters: int


def link(source: Path, target: Path, *, columns: Columns, executor: str = "compiled") -> Linked:
    """Link the persons of a file among themselves and write `id,cluster`.

    The model is trained on the file without labels. `executor` is one of `executors.NAMES`. Raises
    DatasetError, and OSError where the target cannot be written; then nothing of it is left behind.
    """
    dataset = read(source, columns)
    found = clusters(dataset, executor=executor)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("id", "cluster"))
            writer.writerows(zip(dataset.names, found, strict=True))
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return Linked(len(found), len(set(found)))


def clusters(dataset: Dataset, *, executor: str = "compiled") -> list[int]:
    """The number of the cluster of each row; they are numbered as they are first met."""
    if not dataset.records:
        return []
    groups = executors.link(_model(dataset.records), dataset.records, executor=executor)
    group_of = {record: place for place, group in enumerate(groups) for record in group}
    numbers: dict[int, int] = {}
    return [numbers.setdefault(group_of[record.id], len(numbers) + 1) for record in dataset.records]


def _model(records: Sequence[Record]) -> Model:
    """A model of these records; the one that ships where they hold too few pairs to learn from."""
    try:
        return train(records)
    except (
        ValueError,
        ArithmeticError,
    ):  # the share of right pairs ran to nothing, or to all of them
        return default()


def read(path: Path, columns: Columns) -> Dataset:
    """The rows of a CSV or Parquet file as records. Raises DatasetError."""
    header, rows = table(path)
    known = _known(columns, header, path)
    names: dict[str, Record] = {}
    for number, row in enumerate(rows, start=1):
        name = _first(row, known["id"])
        if not name:
            raise DatasetError(f"{path}: row {number} has no id.")
        if name in names:
            raise DatasetError(f"{path}: two rows have the id “{name}”.")
        names[name] = record(name, row, known)
    return Dataset(list(names), list(names.values()))


def read_map(path: Path) -> Columns:
    """The columns that a map names: JSON, from field to column or list of columns.

    Raises DatasetError.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}.") from None
    except ValueError:
        raise DatasetError(f"{path}: this is not JSON.") from None
    if not isinstance(given, dict):
        raise DatasetError(f"{path}: a map is an object from field to column.")
    columns = {field: _columns(path, field, named) for field, named in given.items()}
    if not columns.get("id"):
        raise DatasetError(f"{path}: the map names no column for “id”.")
    return columns


def _columns(path: Path, field: str, named: Any) -> tuple[str, ...]:
    if field not in FIELDS:
        raise DatasetError(f"{path}: there is no field “{field}”: there are {', '.join(FIELDS)}.")
    found = [named] if isinstance(named, str) else named
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise DatasetError(f"{path}: “{field}” is a column or a list of columns.")
    return tuple(found)


def _known(columns: Columns, header: Sequence[str], path: Path) -> dict[str, list[str]]:
    """The columns that the file has. A built-in format may lack any but the id's."""
    known = {field: [name for name in named if name in header] for field, named in columns.items()}
    built_in = columns in FORMATS.values()
    for named in columns.values():
        missing = [name for name in named if name not in header]
        if missing and not built_in:
            raise DatasetError(f"{path}: there is no column “{missing[0]}”, which the map names.")
    if not known["id"]:
        raise DatasetError(f"{path}: there is no column “{columns['id'][0]}”.")
    if built_in and not any(found for field, found in known.items() if field != "id"):
        raise DatasetError(f"{path}: this file has none of the columns of its format.")
    return known


# files

Table = tuple[list[str], Iterator[Row]]


def table(path: Path) -> Table:
    """The names of the columns of a CSV or Parquet file, and its rows. Raises DatasetError."""
    return _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)


def _csv(path: Path) -> Table:
    """Header and rows; spaces after commas and a byte order mark are no part of a value."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DatasetError(f"{path}: this is not text in UTF-8.") from None
    lines = csv.reader(text.splitlines(keepends=True), skipinitialspace=True, strict=True)
    header = [name.strip() for name in next(_checked(lines, path), [])]
    if not header:
        raise DatasetError(f"{path}: the file is empty.")
    if twice := [name for name in header if name and header.count(name) > 1]:
        raise DatasetError(f"{path}: two columns are called “{twice[0]}”.")
    return header, _rows(header, lines, path)


def _checked(lines: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as error:
        raise DatasetError(f"{path}: this is not CSV: {error}.") from None


def _rows(header: list[str], lines: Iterator[list[str]], path: Path) -> Iterator[Row]:
    for number, line in enumerate(_checked(lines, path), start=1):
        if not any(line):
            continue
        if len(line) > len(header):
            raise DatasetError(f"{path}: row {number} has more values than there are columns.")
        yield dict(zip(header, line, strict=False))


def _parquet(path: Path) -> Table:
    if not path.is_file():
        raise DatasetError(f"{path}: No such file or directory.")
    # Everything is in the wheel: nothing may be fetched from elsewhere while a file is read.
    safe: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(config=safe) as connection:
        try:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            header = [column[0] for column in found.description or ()]
            values = found.fetchall()
        except duckdb.Error:
            raise DatasetError(f"{path}: this is not a Parquet file.") from None
    return header, (dict(zip(header, map(_text, row), strict=True)) for row in values)


def _text(value: object) -> str:
    return "" if value is None else str(value)


# rows


def record(name: str, row: Row, columns: Columns) -> Record:
    """One row in comparable form. What means nothing is left out; nothing here raises."""
    born_from, born_to = _born(row, columns)
    own = uuid.uuid5(_NAMES, name)
    return Record(
        id=own,
        submission=own,
        ref="p1",
        area=normalise.fold(_joined(row, columns, "area")),
        given_names=normalise.name_tokens(_joined(row, columns, "given_names")),
        family_name=" ".join(normalise.name_tokens(_joined(row, columns, "family_name"))),
        nicknames=_each(row, columns, "nicknames", _tight),
        born_from=born_from,
        born_to=born_to,
        gender=_GENDERS.get(normalise.fold(_joined(row, columns, "gender")), ""),
        phones=_each(row, columns, "phone", _phone),
        handles=_each(row, columns, "handle", _handle),
        postcodes=_each(row, columns, "postcode", _postcode),
        addresses=tuple(filter(None, [normalise.address(_joined(row, columns, "address"))])),
        places=_each(row, columns, "place", normalise.fold),
        identifiers=_identifiers(row, columns),
    )


def _first(row: Row, names: Iterable[str]) -> str:
    return next((text for name in names if (text := row.get(name, "").strip())), "")


def _joined(row: Row, columns: Columns, field: str) -> str:
    return " ".join(filter(None, (row.get(name, "").strip() for name in columns.get(field, ()))))


def _each(row: Row, columns: Columns, field: str, normal: Callable[[str], str]) -> tuple[str, ...]:
    found = {normal(row.get(name, "").strip()) for name in columns.get(field, ())}
    return tuple(sorted(value for value in found if value and value not in normalise.UNKNOWN))


def _tight(text: str) -> str:
    return normalise.fold(text).replace(" ", "")


def _handle(text: str) -> str:
    return normalise.handle("", text).value


def _phone(text: str) -> str:
    """E.164 where it is a number of here; else its digits, which serve as well to compare."""
    digits = "".join(letter for letter in text if letter.isdecimal() and letter.isascii())
    return normalise.phone(text).value or (digits if len(digits) >= _FEWEST_DIGITS else "")


#: Digits from which something is a telephone number.
_FEWEST_DIGITS = 6


def _postcode(text: str) -> str:
    return normalise.postcode(text).value or _tight(text)


def _identifiers(row: Row, columns: Columns) -> tuple[str, ...]:
    """Each with its column: a number means something within one scheme only."""
    found = {(name, _tight(row.get(name, ""))) for name in columns.get("identifier", ())}
    return tuple(sorted(f"{name}:{value}" for name, value in found if value))


_DATE = re.compile(r"(?P<y>\d{4})(?:[-/.]?(?P<m>\d{1,2})(?:[-/.]?(?P<d>\d{1,2}))?)?(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?:[T ].*)?")


def _born(row: Row, columns: Columns) -> tuple[date | None, date | None]:
    """The days between which somebody was born: one day, one month or one year."""
    text = _first(row, columns.get("date_of_birth", ()))
    parts = [_first(row, columns.get(f"birth_{part}", ())) for part in ("year", "month", "day")]
    if text:
        found = _DATE.fullmatch(text) or _DAY_FIRST.fullmatch(text)
        parts = [found[part] or "" for part in "ymd"] if found else []
    try:
        # Parquet files hold years and days as numbers, and with a gap in them as 1971.0.
        year, month, day = (int(float(part)) if part else 0 for part in parts)
        return _span(year, month, day)
    except (ValueError, OverflowError):
        return None, None


def _span(year: int, month: int, day: int) -> tuple[date | None, date | None]:
    """Where the month or the day cannot be, the rest still says something."""
    if not MINYEAR <= year <= MAXYEAR:
        return None, None
    if not 1 <= month <= _DECEMBER:
        return date(year, 1, 1), date(year, _DECEMBER, 31)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        return date(year, month, 1), date(year, month, last)
    return date(year, month, day), date(year, month, day)


_DECEMBER = 12
