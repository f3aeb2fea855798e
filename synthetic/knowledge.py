"""What each kind of agency knows of people, and how it came to know it.

A school hears a nickname, a sexual-health nurse sees a telephone, a licensing team reads half a
plate, a neighbouring force sees a face. The shares are ours: what services hold by the nature of
their work, in rough proportion, and no measurement.
"""

from typing import NamedTuple

from synthetic.chance import Weighted


class Knows(NamedTuple):
    """Shares of mentions that carry each detail.

    `given`, `nickname` and `age` are asked where the full name, or the date of birth, is not known;
    `part` is the share of plates of which only a part was read.
    """

    name: float
    given: float
    nickname: float
    born: float
    age: float
    phone: float
    plate: float
    part: float
    handle: float
    home: float
    place: float
    record: float
    face: float


class Kind(NamedTuple):
    """A kind of agency: how often it reports, how many slips it makes, and what it knows."""

    share: float
    slips: float
    suspect: Knows
    child: Knows
    how_known: Weighted[str]
    origin: Weighted[str]
    basis: Weighted[str]
    jobs: tuple[str, ...]


def _how(first_hand: int, child: int, told: int, proved: int, unknown: int) -> Weighted[str]:
    return Weighted(
        {
            "first_hand": first_hand,
            "child_about_self": child,
            "told_by_another": told,
            "told_and_corroborated": proved,
            "not_known": unknown,
            "suspected_false": 0.7,
        }
    )


def _origin(**weights: float) -> Weighted[str]:
    return Weighted({**weights, "other": 1})


def _basis(observed: int, words: int, told: int, record: int, opinion: int) -> Weighted[str]:
    return Weighted(
        {
            "observed": observed,
            "child_words": words,
            "told_by_another": told,
            "record": record,
            "professional_opinion": opinion,
        }
    )


#                name given nick  born  age   phone plate part handle home place rec  face
_POLICE = Knows(0.82, 0.5, 0.32, 0.72, 0.60, 0.42, 0.48, 0.12, 0.12, 0.42, 0.30, 0.45, 0.25)
_COUNCIL = Knows(0.58, 0.6, 0.42, 0.22, 0.60, 0.30, 0.22, 0.35, 0.12, 0.25, 0.30, 0.00, 0.15)
_SCHOOL = Knows(0.26, 0.5, 0.66, 0.04, 0.55, 0.16, 0.40, 0.60, 0.18, 0.03, 0.45, 0.00, 0.35)
_CLINIC = Knows(0.22, 0.5, 0.50, 0.04, 0.60, 0.62, 0.08, 0.60, 0.16, 0.03, 0.20, 0.00, 0.10)
_YOUTH = Knows(0.55, 0.6, 0.50, 0.25, 0.60, 0.30, 0.20, 0.30, 0.25, 0.15, 0.35, 0.10, 0.10)
_PROBATION = Knows(0.95, 0.5, 0.30, 0.92, 0.50, 0.45, 0.25, 0.10, 0.10, 0.70, 0.15, 0.70, 0.05)
_CHARITY = Knows(0.34, 0.6, 0.58, 0.05, 0.60, 0.40, 0.25, 0.45, 0.30, 0.06, 0.40, 0.00, 0.25)
_LICENSING = Knows(0.50, 0.4, 0.20, 0.30, 0.40, 0.15, 0.72, 0.55, 0.02, 0.15, 0.50, 0.65, 0.25)
_HOUSING = Knows(0.80, 0.5, 0.20, 0.40, 0.50, 0.35, 0.40, 0.20, 0.02, 0.85, 0.10, 0.00, 0.10)
_TRANSPORT = Knows(0.14, 0.4, 0.25, 0.02, 0.70, 0.05, 0.60, 0.50, 0.02, 0.02, 0.80, 0.00, 0.75)
_HOME = Knows(0.35, 0.6, 0.58, 0.05, 0.60, 0.42, 0.48, 0.40, 0.25, 0.05, 0.30, 0.00, 0.30)
_BODY = Knows(0.60, 0.5, 0.20, 0.20, 0.50, 0.10, 0.15, 0.30, 0.05, 0.20, 0.40, 0.00, 0.05)
_ONLINE = Knows(0.22, 0.5, 0.40, 0.08, 0.60, 0.35, 0.02, 0.30, 0.85, 0.02, 0.05, 0.00, 0.02)

#                      name  given nick  born  age   phone plate part handle home place rec  face
_POLICE_CHILD = Knows(0.95, 0.6, 0.08, 0.88, 0.70, 0.22, 0.0, 0.0, 0.12, 0.45, 0.25, 0.20, 0.08)
_COUNCIL_CHILD = Knows(0.97, 0.8, 0.08, 0.94, 0.70, 0.20, 0.0, 0.0, 0.10, 0.60, 0.15, 0.70, 0.00)
_SCHOOL_CHILD = Knows(0.97, 0.9, 0.10, 0.66, 0.95, 0.10, 0.0, 0.0, 0.15, 0.20, 0.85, 0.00, 0.00)
_CLINIC_CHILD = Knows(0.40, 0.6, 0.05, 0.30, 0.95, 0.55, 0.0, 0.0, 0.06, 0.10, 0.20, 0.00, 0.00)
_YOUTH_CHILD = Knows(0.95, 0.8, 0.20, 0.88, 0.70, 0.30, 0.0, 0.0, 0.25, 0.40, 0.25, 0.35, 0.05)
_CHARITY_CHILD = Knows(0.62, 0.8, 0.20, 0.35, 0.85, 0.40, 0.0, 0.0, 0.25, 0.12, 0.35, 0.05, 0.05)
_SEEN_CHILD = Knows(0.20, 0.5, 0.20, 0.05, 0.90, 0.05, 0.0, 0.0, 0.05, 0.05, 0.70, 0.00, 0.50)
_HOUSING_CHILD = Knows(0.75, 0.6, 0.05, 0.45, 0.80, 0.15, 0.0, 0.0, 0.02, 0.90, 0.05, 0.05, 0.05)
_HOME_CHILD = Knows(0.97, 0.9, 0.12, 0.92, 0.70, 0.40, 0.0, 0.0, 0.25, 0.15, 0.30, 0.70, 0.05)
_ONLINE_CHILD = Knows(0.40, 0.7, 0.20, 0.25, 0.85, 0.20, 0.0, 0.0, 0.88, 0.05, 0.05, 0.00, 0.02)

#: Parents are named by whoever knows the child.
CARER = Knows(0.9, 0.6, 0.0, 0.25, 0.1, 0.55, 0.0, 0.0, 0.0, 0.6, 0.0, 0.0, 0.0)

_SEEN = _origin(professional_observation=6, member_of_public=2, anonymous=1)
_TOLD = _origin(child_disclosure=6, professional_observation=4, parent_or_carer=3)
_HELD = _origin(document_or_record=5, another_professional=4, professional_observation=2)

KINDS: dict[str, Kind] = {
    "police": Kind(
        5.0, 0.8, _POLICE, _POLICE_CHILD, _how(5, 1, 3, 3, 1),
        _origin(professional_observation=5, member_of_public=4, document_or_record=3, anonymous=1),
        _basis(5, 1, 4, 4, 1), ("Constable", "Missing persons officer", "Neighbourhood sergeant"),
    ),
    "local_authority": Kind(
        2.2, 0.7, _COUNCIL, _COUNCIL_CHILD, _how(3, 3, 4, 2, 1), _TOLD,
        _basis(2, 4, 4, 3, 3), ("Social worker", "Family support worker", "Duty manager"),
    ),
    "education": Kind(
        2.6, 1.0, _SCHOOL, _SCHOOL_CHILD, _how(5, 4, 5, 1, 1), _TOLD,
        _basis(5, 4, 4, 1, 2), ("Safeguarding lead", "Head of year", "Attendance officer"),
    ),
    "health": Kind(
        1.6, 1.1, _CLINIC, _CLINIC_CHILD, _how(3, 6, 2, 1, 1), _TOLD,
        _basis(3, 6, 2, 2, 3), ("Sexual health nurse", "Emergency nurse", "School nurse"),
    ),
    "youth_offending": Kind(
        1.2, 1.0, _YOUTH, _YOUTH_CHILD, _how(3, 4, 4, 1, 1), _TOLD,
        _basis(2, 5, 4, 2, 2), ("Youth justice worker", "Case manager"),
    ),
    "probation": Kind(
        1.0, 0.5, _PROBATION, _POLICE_CHILD, _how(5, 0, 3, 3, 1), _HELD,
        _basis(3, 0, 3, 5, 2), ("Probation officer", "Offender manager"),
    ),
    "third_sector": Kind(
        1.2, 1.3, _CHARITY, _CHARITY_CHILD, _how(2, 6, 4, 1, 1), _TOLD,
        _basis(2, 6, 4, 0, 2), ("Project worker", "Outreach worker", "Return home interviewer"),
    ),
    "licensing": Kind(
        1.4, 0.9, _LICENSING, _SEEN_CHILD, _how(6, 0, 3, 2, 1), _HELD,
        _basis(6, 0, 3, 5, 1), ("Licensing officer", "Enforcement officer"),
    ),
    "housing": Kind(
        1.0, 1.0, _HOUSING, _HOUSING_CHILD, _how(4, 0, 5, 1, 1), _SEEN,
        _basis(4, 0, 5, 3, 1), ("Housing officer", "Tenancy support worker"),
    ),
    "transport": Kind(
        1.0, 1.3, _TRANSPORT, _SEEN_CHILD, _how(8, 0, 2, 1, 1), _SEEN,
        _basis(8, 0, 3, 0, 1), ("Driver", "Revenue inspector", "Station supervisor"),
    ),
    "care_provider": Kind(
        1.7, 1.0, _HOME, _HOME_CHILD, _how(6, 4, 3, 1, 1), _TOLD,
        _basis(6, 4, 3, 2, 1), ("Residential worker", "Registered manager", "Foster carer"),
    ),
    "commissioning_body": Kind(
        0.3, 0.8, _BODY, _HOUSING_CHILD, _how(1, 0, 6, 1, 2),
        _origin(member_of_public=6, another_professional=2, anonymous=2),
        _basis(0, 0, 6, 3, 0), ("Casework officer",),
    ),
    "other": Kind(
        1.0, 0.9, _ONLINE, _ONLINE_CHILD, _how(4, 1, 3, 2, 2), _origin(online=8, anonymous=2),
        _basis(6, 1, 3, 3, 1), ("Online safety analyst",),
    ),
}  # fmt: skip

#: What another force's officers know of somebody from outside their area.
NEIGHBOUR = Knows(0.30, 0.3, 0.45, 0.10, 0.80, 0.25, 0.55, 0.40, 0.05, 0.05, 0.70, 0.10, 0.95)
