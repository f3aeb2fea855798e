"""What reports say in prose. Plain and never graphic; `{who}` and the like are filled in."""

from typing import NamedTuple


class Happening(NamedTuple):
    """One kind of event, with sentences about it and the questions it answers."""

    kind: str
    sentences: tuple[str, ...]


#: With somebody suspected and a child.
TOGETHER: tuple[Happening, ...] = (
    Happening(
        "meeting",
        (
            "{child} was met after {when} by {who} near {place} and they left together.",
            "Staff saw {child} with {who} outside {place}. Neither would say how they met.",
            "{who} has been waiting for {child} near {place}, most often {when}.",
            "{child} said that {who} is a friend who gives lifts. They were last seen at {place}.",
        ),
    ),
    Happening(
        "party",
        (
            "{child} spoke of parties arranged by {who}, with drink and older men there.",
            "{child} was invited to a party by {who}. Others of the same age are said to go.",
            "A party near {place} was mentioned. {who} is said to have brought {child} there.",
        ),
    ),
    Happening(
        "gift",
        (
            "{child} has a new phone and trainers and says that {who} paid for them.",
            "{who} is said to give {child} money and vapes near {place}.",
            "{child} arrived with a new coat. It came from {who}, according to a friend.",
        ),
    ),
    Happening(
        "online_contact",
        (
            "{child} has been getting messages from {who} at night, and hides the screen.",
            "{who} added {child} online and asked to meet near {place}.",
            "Messages between {child} and {who} ask the child to bring friends along.",
        ),
    ),
    Happening(
        "sighting",
        (
            "{who} was seen with {child} at {place} {when}.",
            "{child} got into a car with {who} near {place} {when}.",
            "A member of staff saw {who} talking to {child} and others at {place}.",
        ),
    ),
    Happening(
        "missing_episode",
        (
            "{child} was missing overnight. On return the child spoke of {who}.",
            "{child} did not come back {when}. The last sighting was at {place} with {who}.",
            "Third time this month that {child} is missing; {who} is believed to know more.",
        ),
    ),
    Happening(
        "threat",
        (
            "{child} is frightened of {who} and asked that nobody be told.",
            "{who} is said to have told {child} to keep quiet about what goes on near {place}.",
        ),
    ),
)
#: With a child alone, or with those who care for the child.
CHILD_ALONE: tuple[Happening, ...] = (
    Happening(
        "missing_episode",
        (
            "{child} was reported missing {when} and came back alone the next morning.",
            "{child} left without permission {when} and was found near {place}.",
            "{child} has been missing again. Nothing is known of where the nights are spent.",
        ),
    ),
    Happening(
        "return_home_interview",
        (
            "{child} accepted a return home interview and spoke of older friends near {place}.",
            "A return home interview was offered. {child} said little and seemed tired.",
            "In the interview {child} said that lifts and food were offered near {place}.",
        ),
    ),
    Happening(
        "absence_from_education",
        (
            "{child} has missed eleven days this half term and is collected at lunch by a car.",
            "{child} leaves after registration. Friends say that {place} is where they go.",
        ),
    ),
    Happening(
        "disclosure",
        (
            "{child} told staff about being asked for pictures by somebody met online.",
            "{child} asked how to block somebody and then changed the subject.",
        ),
    ),
    Happening(
        "other",
        (
            "{child} has become withdrawn and has money that nobody can explain.",
            "Concern about {child}: new friends, a second phone, and late nights near {place}.",
        ),
    ),
)
#: With somebody suspected and no child who is known.
SUSPECT_ALONE: tuple[Happening, ...] = (
    Happening(
        "sighting",
        (
            "{who} was seen at {place} {when}, talking to young people whom nobody there knew.",
            "{who} parks near {place} {when} and offers lifts.",
            "{who} was asked to leave {place} after speaking to girls in school uniform.",
        ),
    ),
    Happening(
        "incident",
        (
            "A complaint was made about {who} at {place}. Nobody was willing to be named.",
            "{who} gave a false name when asked about the young people in the flat.",
        ),
    ),
    Happening(
        "other",
        (
            "{who} rents a room by the day near {place}; young people come and go.",
            "Several callers name {who} as somebody who buys drink for teenagers.",
        ),
    ),
)
CLOSINGS = (
    "We do not know how long this has been going on.",
    "No photographs were taken. Staff have been asked to note times and registrations.",
    "This has been talked through with our safeguarding lead.",
    "The family has not been told that this is being shared.",
    "We would like to know whether others have similar concerns.",
    "An indicator is not evidence, and we pass this on as a concern.",
    "Please contact our lead before acting on this.",
    "",
    "",
    "",
)
TIMES = ("in the evening", "late at night", "after school", "at the weekend", "at lunchtime")
VIEWS = (
    "Says that they are friends and that people worry too much.",
    "Would like it to stop but does not want trouble.",
    "Did not want to talk about it today.",
    "Agrees to meet a worker from the project.",
)
REASONS = (
    "Still out, and not answering the phone.",
    "Said to be meeting again tonight.",
    "Has no safe place to stay tonight.",
)
DONE = ("The duty team has been told.", "A call to 101 was made.", "Staff are with the child now.")
CORROBORATION = (
    "Seen on our own cameras at the same time.",
    "A second member of staff saw the same.",
    "Our records of visits fit with it.",
    "Messages on the child's phone say the same.",
)
WHO_KNOWS = ("The child's social worker.", "Only the two of us.", "The head teacher.")
CONDITIONS = (
    "Do not tell the family where this came from.",
    "Speak to our lead before using this with the child.",
    "The child asked that the clinic not be named.",
)
STATEMENTS = (
    "{who} was seen {when} near {place}.",
    "They have known each other for some months.",
    "The same car has been there on other days.",
    "Others of the same age are involved.",
    "There was talk of a flat near {place}.",
    "The phone rings at all hours.",
    "Money changed hands.",
)
GROUPS = ("the Pit lot", "Arcade crew", "the Lodge boys", "Bank side", "the car wash lot")
