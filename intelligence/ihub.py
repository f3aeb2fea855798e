"""A submission as a bundle shaped like the police's Standard Data Model, and back.

The model (Police Digital Service, "iHub") has entities with attributes, and relationships between
two of them at a time that are reasons to link. What it has no place for (how something is known,
whom it may be shown, our grading) goes into an `extension`, beside what it extends. Nothing is
lost: a bundle of ours read again is the submission it was made of. A bundle of others, without our
extension, becomes a submission as far as it goes. docs/exchange-ihub.md has the tables.

Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Given = dict[str, Any]

#: What our extension is called, and which it is.
NAME, VERSION = "cse-profile", 1


class BundleError(Exception):
    """The bundle cannot be read; `pointer` says where, in it."""

    def __init__(self, pointer: str, message: str) -> None:
        self.pointer = pointer
        super().__init__(message)


class Entity(NamedTuple):
    """An entity of the model: its type, the list of the contract, and the attributes by member."""

    type: str
    member: str
    attributes: Mapping[str, str]


_ENTITIES = (
    Entity(
        "person",
        "persons",
        {
            "given_names": "forenames",
            "family_name": "surname",
            "nicknames": "aliases",
            "date_of_birth": "dateOfBirth",
            "gender": "gender",
            "ethnicity": "selfDefinedEthnicity",
            "nationality": "nationality",
            "language": "language",
            "description": "description",
        },
    ),
    Entity("telephone", "phones", {"number": "telephoneNumber"}),
    Entity(
        "vehicle",
        "vehicles",
        {
            "registration": "registrationMark",
            "make": "make",
            "model": "model",
            "colour": "colour",
        },
    ),
    Entity(
        "location",
        "places",
        {
            "name": "name",
            "address": "address",
            "postcode": "postcode",
            "latitude": "latitude",
            "longitude": "longitude",
        },
    ),
    Entity(
        "socialMedia",
        "online_accounts",
        {"platform": "platform", "handle": "userName", "display_name": "name", "url": "url"},
    ),
    Entity(
        "incident",
        "events",
        {"started_at": "startDateTime", "ended_at": "endDateTime", "description": "description"},
    ),
)
_BY_TYPE = {entity.type: entity for entity in _ENTITIES}
#: Of the submission itself.
_OWN = {
    "reference": "reference",
    "information_date": "informationDate",
    "narrative": "narrative",
    "protective_marking": "protectiveMarking",
}
#: What a row must say that a bundle of others does not, and what is put there.
_REQUIRED: Mapping[str, Given] = {
    "persons": {"role": "unknown"},
    "places": {"kind": "other"},
    "events": {"kind": "other"},
}
#: The model writes self-defined ethnicity with this before the code: `ESDD_W1`.
_ETHNICITY = "ESDD_"
#: The type of what only our extension has: a group, a statement.
_OURS = "extension"


def is_bundle(told: object) -> bool:
    """Is this a bundle, and no submission of the contract?"""
    return isinstance(told, dict) and "data" in told and "included" in told


def bundle(payload: Given) -> Given:
    """The bundle of a submission that fits the contract."""
    rest = dict(payload)
    own = {name: rest.pop(member) for member, name in _OWN.items() if member in rest}
    included = [_entity(entity, row) for entity in _ENTITIES for row in rest.pop(entity.member, ())]
    types = {one["id"]: one["type"] for one in included}
    related = [_relationship(relation, types) for relation in rest.pop("relations", ())]
    return {
        "data": {"type": "submission", "id": payload["reference"], "attributes": own},
        "included": included,
        "relationships": related,
        "extension": {"name": NAME, "version": VERSION, "content": rest},
    }


def _entity(entity: Entity, row: Given) -> Given:
    rest = {member: value for member, value in row.items() if member not in entity.attributes}
    made = {
        "type": entity.type,
        "id": rest.pop("ref"),
        "attributes": {
            name: _outward(member, row[member])
            for member, name in entity.attributes.items()
            if member in row
        },
    }
    return made | ({"extension": rest} if rest else {})


def _relationship(relation: Given, types: Mapping[str, str]) -> Given:
    rest = {name: value for name, value in relation.items() if name not in {"from", "to", "kind"}}
    made = {
        end: {"type": types.get(relation[end], _OURS), "id": relation[end]}
        for end in ("from", "to")
    }
    return made | {"linkReason": relation["kind"]} | ({"extension": rest} if rest else {})


def _outward(member: str, value: Any) -> Any:
    return f"{_ETHNICITY}{value}" if member == "ethnicity" else value


def _inward(member: str, value: Any) -> Any:
    coded = member == "ethnicity" and isinstance(value, str)
    return value.removeprefix(_ETHNICITY) if coded else value


def payload(told: Given) -> Given:
    """The submission that a bundle tells of; the contract is checked by whoever takes it.

    Raises BundleError where it is no bundle.
    """
    data = _object(told.get("data"), "/data")
    extension = _object(told.get("extension", {}), "/extension")
    ours = extension.get("name") == NAME
    made = dict(_object(extension.get("content", {}), "/extension/content")) if ours else {}
    attributes = _object(data.get("attributes", {}), "/data/attributes")
    made |= {member: attributes[name] for member, name in _OWN.items() if name in attributes}
    if "id" in data:
        made.setdefault("reference", data["id"])
    made.setdefault("provenance", {"how_known": "not_known"})
    for place, one in enumerate(_list(told.get("included"), "/included")):
        entity, row = _row(one, f"/included/{place}")
        made.setdefault(entity.member, []).append(row)
    if related := [*_relations(told)]:
        made["relations"] = related
    return made


def _row(told: object, at: str) -> tuple[Entity, Given]:
    one = _object(told, at)
    kind = one.get("type")
    entity = _BY_TYPE.get(kind) if isinstance(kind, str) else None
    if entity is None:
        raise BundleError(f"{at}/type", f"“{str(kind)[:40]}” is no entity that can be read.")
    attributes = _object(one.get("attributes", {}), f"{at}/attributes")
    known = {
        member: _inward(member, attributes[name])
        for member, name in entity.attributes.items()
        if name in attributes
    }
    extra = _object(one.get("extension", {}), f"{at}/extension")
    return entity, {"ref": one.get("id"), **_REQUIRED.get(entity.member, {}), **extra, **known}


def _relations(told: Given) -> Iterator[Given]:
    for place, given in enumerate(_list(told.get("relationships", []), "/relationships")):
        at = f"/relationships/{place}"
        one = _object(given, at)
        ends = {end: _object(one.get(end), f"{at}/{end}").get("id") for end in ("from", "to")}
        extra = _object(one.get("extension", {}), f"{at}/extension")
        yield {**ends, "kind": one.get("linkReason"), **extra}


def _object(given: object, at: str) -> Given:
    if not isinstance(given, dict):
        raise BundleError(at, "This must be an object.")
    return given


def _list(given: object, at: str) -> list[Any]:
    if not isinstance(given, list):
        raise BundleError(at, "This must be a list.")
    return given
