"""The man of the demonstration: what three agencies know of one person whom nobody has named.

A school that then reports his nickname, his telephone and a part of his registration sees its
report joined to theirs. He is the same in every world that tells of him, whatever the seed.

Beside him, what two of them send today of children who are at risk now: nobody has been told.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from synthetic.agencies import CHARITY, CLINIC, LICENSING, NEIGHBOUR_POLICE
from synthetic.chance import Chance
from synthetic.people import CHILD, SUSPECT, Person

#: What the school reports, as it would type it.
NICKNAME = "Limpet"
PHONE = "07700 900982"
PART_OF_PLATE = "QX47 L?P"

_PLATE = "QX47 LMP"
_PLACE = {
    "kind": "business",
    "name": "Moonraker Car Wash",
    "latitude": 54.4213,
    "longitude": 1.8042,
}
#: Worlds smaller than this do not tell of him.
SMALLEST_WORLD = 100


class Telling(NamedTuple):
    """What one agency sends about him, on which of the days told of, and who its persons are."""

    agency: str
    day_number: int
    payload: dict[str, Any]
    people: tuple[tuple[str, Person], ...]


def tellings(last_day: date, span: int) -> list[Telling]:
    """The three submissions, the earliest first, in the `span` of days that ends on `last_day`."""
    chance = Chance("the man of the demonstration")
    man, child = Person(-1, SUSPECT, 0, chance), Person(-2, CHILD, 0, chance)
    made = []
    for before, agency, payload, people in (
        (61, NEIGHBOUR_POLICE, _neighbour(), (("p1", man),)),
        (40, LICENSING, _officer(), (("p1", man),)),
        (23, CLINIC, _nurse(), (("p1", child), ("p2", man))),
    ):
        day = last_day - timedelta(days=before)
        head = {"reference": f"LMP-{day:%j}", "information_date": day.isoformat()}
        made.append(Telling(agency, span - 1 - before, {**head, **payload}, people))
    return made


def _neighbour() -> dict[str, Any]:
    return {
        "provenance": {"how_known": "first_hand", "origin": "professional_observation"},
        "grading": {
            "source_evaluation": "1",
            "intelligence_assessment": "A",
            "handling_code": "P",
        },
        "force_area": "dogger",
        "narrative": "A man parked by the Moonraker Car Wash on three evenings was spoken to. He"
        " would not say why he waits there. He answered to a nickname and drove off.",
        "persons": [
            {
                "ref": "p1",
                "role": "suspected_offender",
                "nicknames": [NICKNAME],
                "age_from": 30,
                "age_to": 38,
                "gender": "male",
                "known": "by_sight",
                "appearance": {
                    "height": "tall, over 6 foot",
                    "build": "slim",
                    "hair": "short dark",
                    "marks": "tattoo of a compass on the left hand",
                },
            }
        ],
        "vehicles": [{"ref": "v1", "registration": _PLATE, "make": "Ford", "colour": "silver"}],
        "places": [{"ref": "pl1", **_PLACE}],
        "relations": [
            {"from": "p1", "kind": "drives", "to": "v1"},
            {"from": "p1", "kind": "seen_at", "to": "pl1"},
        ],
    }


def _officer() -> dict[str, Any]:
    return {
        "provenance": {"how_known": "first_hand", "origin": "document_or_record"},
        "narrative": "On a visit to the Moonraker Car Wash a man ran the forecourt without being on"
        " its licence. Part of his registration was noted, and the number on his card.",
        "persons": [
            {
                "ref": "p1",
                "role": "suspected_offender",
                "given_names": "Callum",
                "family_name": "Thornridge",
                "age_from": 30,
                "age_to": 40,
                "gender": "male",
            }
        ],
        "phones": [{"ref": "ph1", "number": PHONE}],
        "vehicles": [{"ref": "v1", "registration": "QX47 LM?", "colour": "silver", "kind": "car"}],
        "places": [{"ref": "pl1", **_PLACE}],
        "relations": [
            {"from": "p1", "kind": "uses", "to": "ph1"},
            {"from": "p1", "kind": "drives", "to": "v1"},
            {"from": "p1", "kind": "works_at", "to": "pl1"},
        ],
    }


def _nurse() -> dict[str, Any]:
    return {
        "provenance": {"how_known": "child_about_self", "origin": "child_disclosure"},
        "sharing": {"risk_if_shared": True, "conditions": "Do not name the clinic to the family."},
        "narrative": "A young person showed a number that rings at all hours. It is saved under a"
        " nickname. She would not say more today.",
        "persons": [
            {
                "ref": "p1",
                "role": "child_at_risk",
                "name_withheld": "confidential_service",
                "initials": "E.H.",
                "age_from": 14,
                "age_to": 15,
                "gender": "female",
            },
            {
                "ref": "p2",
                "role": "suspected_offender",
                "nicknames": [NICKNAME],
                "gender": "male",
            },
        ],
        "phones": [{"ref": "ph1", "number": "07700900982", "saved_as": NICKNAME}],
        "relations": [
            {"from": "p2", "kind": "uses", "to": "ph1"},
            {"from": "p2", "kind": "contacts", "to": "p1"},
        ],
    }


def tonight(today: date) -> list[tuple[str, dict[str, Any]]]:
    """What two agencies send on `today`, each with its code: a child at risk, and nobody told."""
    head = {"information_date": today.isoformat()}
    return [
        (CHARITY, {"reference": "TONIGHT-1", **head, **_outreach()}),
        (CLINIC, {"reference": "TONIGHT-2", **head, **_clinic_tonight()}),
    ]


def _outreach() -> dict[str, Any]:
    return {
        "provenance": {"how_known": "first_hand", "origin": "professional_observation"},
        "urgency": {
            "child_at_risk_now": "yes",
            "why": "Mabyn got into a silver car with a man we do not know and has not answered her"
            " telephone since. Her carers think that she is with us.",
        },
        "narrative": "Our outreach worker saw Mabyn get into a silver car by the tram stop. The"
        " driver is a man whom the young people call Skerry.",
        "persons": [
            {
                "ref": "p1",
                "role": "child_at_risk",
                "given_names": "Mabyn",
                "family_name": "Tidewell",
                "age_from": 14,
                "age_to": 14,
                "gender": "female",
            },
            {"ref": "p2", "role": "suspected_offender", "nicknames": ["Skerry"], "gender": "male"},
        ],
        "vehicles": [{"ref": "v1", "registration": "QX58 K?Y", "colour": "silver", "kind": "car"}],
        "relations": [
            {"from": "p2", "kind": "drives", "to": "v1"},
            {"from": "p2", "kind": "contacts", "to": "p1"},
        ],
    }


def _clinic_tonight() -> dict[str, Any]:
    return {
        "provenance": {"how_known": "child_about_self", "origin": "child_disclosure"},
        "sharing": {"risk_if_shared": True, "conditions": "Do not name the clinic to the family."},
        "urgency": {
            "child_at_risk_now": "yes",
            "why": "She means to meet him at nine tonight, and left before we could speak again.",
        },
        "narrative": "A young person said that a man is to fetch her at nine tonight. She is afraid"
        " of what he will do if she does not come.",
        "persons": [
            {
                "ref": "p1",
                "role": "child_at_risk",
                "name_withheld": "confidential_service",
                "initials": "R.T.",
                "age_from": 15,
                "age_to": 15,
                "gender": "female",
            },
        ],
    }
