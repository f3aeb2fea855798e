"""What is measured on: rows without labels for the linkers, labels for the scorer.

The linkers run in processes of their own and are given files out of which `blind` has left the
labels, the names of rows replaced by hashes and their order by that of the hashes.
"""

import csv
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import synthetic
from cse_profile import datasets
from linking import normalise
from linking.types import Record
from synthetic import names

#: Names the folder of the public data; without it those rows say that it was not found.
FOLDER = "CSE_PROFILE_LINKING_DATA"
_SPACE = uuid.UUID("c1b2a6f0-5a39-5e0b-8f57-2d1f4f1c9a10")


class Public(NamedTuple):
    """A labelled file from elsewhere: its format for `link_dataset`, its name, where its label is.

    `wanted` are the columns that a linker may see.
    """

    form: str
    file: str
    name: str
    wanted: tuple[str, ...]


_FEBRL = (
    "given_name surname street_number address_1 address_2 suburb postcode state date_of_birth"
    " soc_sec_id"
)
PUBLIC: Mapping[str, Public] = {
    "FEBRL 3": Public("febrl", "febrl3.csv", "rec_id", tuple(_FEBRL.split())),
    "fake_1000": Public(
        "fake1000",
        "fake_1000.csv",
        "unique_id",
        ("first_name", "surname", "dob", "city", "email"),
    ),
    "historical_50k": Public(
        "historical50k",
        "historical_figures_with_errors_50k.parquet",
        "unique_id",
        (
            "first_name",
            "surname",
            "dob",
            "birth_place",
            "postcode_fake",
            "gender",
            "occupation",
        ),
    ),
}


@dataclass(frozen=True)
class Label:
    """What is true of one row: who it is, and of a world's, whose report and what kind of name."""

    person: str
    agency: str = ""
    told_as: str = ""
    heritage: str = ""


def found(name: str) -> Path | None:
    """The file of a public set, or None where the environment names no folder that holds it."""
    folder = os.environ.get(FOLDER)
    path = Path(folder) / PUBLIC[name].file if folder else None
    return path if path and path.is_file() else None


def _hash(name: str) -> str:
    return hashlib.blake2b(f"row {name}".encode(), digest_size=8).hexdigest()


def blind(name: str, path: Path, target: Path) -> None:
    """Write a public set as CSV without labels, in an order that says nothing."""
    public = PUBLIC[name]
    rows = sorted(
        [_hash(row[public.name]), *(row.get(column, "") for column in public.wanted)]
        for row in _rows(path)
    )
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        # The formats of `link_dataset` read the name of a row from a column of this name.
        writer.writerow([public.name, *public.wanted])
        writer.writerows(rows)


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    _, rows = datasets.table(path)
    return iter(rows)


def public_labels(name: str, path: Path) -> dict[str, Label]:
    """Who each row of a public set is: for the scorer alone."""
    public = PUBLIC[name]
    found: dict[str, Label] = {}
    for row in _rows(path):
        own = row[public.name]
        person = own.split("-")[1] if public.form == "febrl" else row["cluster"]
        found[_hash(own)] = Label(person)
    return found


def world(name: str, submissions: int, seed: int, target: Path) -> None:
    """Write what is sent in a world, and nothing of its truth."""
    made = synthetic.make(name, submissions=submissions, seed=seed)
    areas = {agency.code: agency.force_area for agency in made.agencies}
    with target.open("w", encoding="utf-8") as file:
        for line in made.submissions():
            file.write(json.dumps({"area": areas[line["agency"]], **line}) + "\n")


def world_labels(name: str, submissions: int, seed: int) -> dict[str, Label]:
    """Who each mention of a world is: for the scorer alone."""
    made = synthetic.make(name, submissions=submissions, seed=seed)
    labels = {}
    for told in made.told():
        for person, (ref, who) in zip(told.payload["persons"], told.people, strict=True):
            labels[f"{told.agency}|{told.payload['reference']}|{ref}"] = Label(
                str(who.number), told.agency, _full_name(person), names.HERITAGES[who.heritage].name
            )
    return labels


def _full_name(person: Mapping[str, str]) -> str:
    if not (person.get("given_names") and person.get("family_name")):
        return ""
    return normalise.fold(f"{person['given_names']} {person['family_name']}")


def mentions(path: Path) -> tuple[list[str], list[Record]]:
    """The mentions of a world as the linkers see them: the name of each, and its record."""
    ids: list[str] = []
    records: list[Record] = []
    with path.open(encoding="utf-8") as file:
        for line in map(json.loads, file):
            head = f"{line['agency']}|{line['reference']}"
            area = line.get("force_area", line["area"])
            refs = {person["ref"]: f"{head}|{person['ref']}" for person in line["persons"]}
            own = {ref: uuid.uuid5(_SPACE, name) for ref, name in refs.items()}
            made = normalise.records(line, uuid.uuid5(_SPACE, head), area, own)
            ids += [refs[record.ref] for record in made]
            records += made
    return ids, records


def rows(name: str, path: Path) -> tuple[list[str], list[Record]]:
    """The rows of a blinded set, or of a world where `name` is none of them."""
    if name not in PUBLIC:
        return mentions(path)
    dataset = datasets.read(path, datasets.FORMATS[PUBLIC[name].form])
    return dataset.names, dataset.records
