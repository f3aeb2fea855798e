"""The lists of a report: of people, of phones, and so on; and where the contract has each."""

from dataclasses import dataclass

from intelligence.rows import (
    AccountForm,
    EventForm,
    PhoneForm,
    PlaceForm,
    RowForm,
    VehicleForm,
)
from intelligence.rows_people import PersonForm
from intelligence.rows_told import (
    EvidenceForm,
    GroupForm,
    ReferralForm,
    RelationForm,
    StatementForm,
)


@dataclass(frozen=True)
class Listed:
    """A list of the report: its questions, how it is put, and where the contract has it."""

    form: type[RowForm]
    letter: str
    member: str
    title: str
    item: str
    hint: str
    shown: int = 1


LISTS = {
    "persons": Listed(
        PersonForm,
        "p",
        "persons",
        "People",
        "Person",
        "Anyone you know of, also if you do not know who they are. A nickname or an age helps.",
        shown=0,
    ),
    "phones": Listed(
        PhoneForm,
        "ph",
        "phones",
        "Phone numbers",
        "Phone",
        "Put ? for a digit you are not sure of.",
    ),
    "vehicles": Listed(
        VehicleForm,
        "v",
        "vehicles",
        "Vehicles",
        "Vehicle",
        "Put ? for what you did not see: QX00 A?C is enough to look for.",
    ),
    "places": Listed(
        PlaceForm,
        "pl",
        "places",
        "Places and businesses",
        "Place",
        "Where young people are met, taken or gather, and businesses that come up.",
    ),
    "accounts": Listed(
        AccountForm,
        "a",
        "online_accounts",
        "Names used online",
        "Account",
        "Names used in an app, a game or on a site.",
    ),
    "events": Listed(
        EventForm,
        "e",
        "events",
        "Things that happened on a day",
        "Event",
        "Only if they are not in your own words above, or happened on other days.",
        shown=0,
    ),
    "groups": Listed(
        GroupForm,
        "g",
        "groups",
        "Groups",
        "Group",
        "A gang, a network or a group of friends that was spoken of.",
        shown=0,
    ),
    "relations": Listed(
        RelationForm,
        "r",
        "relations",
        "How they hang together",
        "Connection",
        "Who knows whom, who drives whom, who was where. Only what the other pages did not ask.",
        shown=0,
    ),
    "statements": Listed(
        StatementForm,
        "s",
        "statements",
        "What is known otherwise than the rest",
        "Detail",
        "Only if something in your report comes from somebody else, or is less sure.",
        shown=0,
    ),
    "evidence": Listed(
        EvidenceForm,
        "ev",
        "evidence_held",
        "Pictures, film and messages",
        "Item",
        "Say who has them. Do not copy, send or upload them.",
        shown=0,
    ),
    "referrals": Listed(
        ReferralForm,
        "rf",
        "referrals",
        "Who else was told, and their numbers",
        "Referral",
        "A crime number, an incident, a case or a referral helps to put things together.",
        shown=0,
    ),
}
