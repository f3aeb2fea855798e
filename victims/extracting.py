"""What may be sent to police of a missing episode and of the interview after it, item by item."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from intelligence import lines
from intelligence.confirming import Item
from intelligence.questions import Given
from partners.templatetags.ui import moment
from victims.models import MissingEpisode, ReturnInterview
from victims.models.missing import Pull, Push

#: The young person, in every submission that is made here.
CHILD = "c1"
#: What of an interview is said in the young person's words: the field, and how it is told.
_WORDS = {
    "where_was": "Where they were",
    "with_whom": "Who they were with",
    "travelled": "How they travelled",
    "led_up": "What happened before",
    "hurt": "Whether anybody was hurt, threatened or frightened",
    "wants": "What they want",
}
_FACTORS = {
    "push": ("What they may be getting away from", dict(Push.choices)),
    "pull": ("What they may be drawn to", dict(Pull.choices)),
}


def always(episode: MissingEpisode) -> Given:
    """What belongs to every submission of an episode: its day, whom it is about, and the event
    that it comes from, by which the desk knows two reports of one episode for one source.
    """
    child = {"ref": CHILD, "role": "child_at_risk", "vulnerabilities": ["missing"]}
    for name in ("given_names", "family_name", "date_of_birth"):
        if value := getattr(episode, name):
            child[name] = value
    told_on = episode.held_at or episode.returned_at or episode.missing_since
    return {
        "information_date": timezone.localdate(told_on).isoformat(),
        "origin_reference": f"missing-{episode.pk}",
        "persons": [child],
    }


def items(episode: MissingEpisode, said: ReturnInterview | None) -> list[Item]:
    """Everything that may be sent, in the order in which it happened."""
    found = [_missing(episode)]
    if episode.interview:
        found.append(_interview(episode))
    if said is not None:
        found += [*_words(said), *_factors(said), *_came_up(said)]
    return found


def _missing(episode: MissingEpisode) -> Item:
    event: Given = {"ref": "e1", "kind": "missing_episode"}
    event["started_at"] = _at(episode.missing_since)
    if episode.returned_at:
        event["ended_at"] = _at(episode.returned_at)
    if episode.risk:
        event["missing_risk"] = episode.risk
    told = [
        (episode.missing_from, "From: {}"),
        (episode.circumstances, "What is known: {}"),
        (episode.found_where, "Found: {}"),
        (episode.returned_how, "Came back: {}"),
        (episode.police_reference, "Police reference: {}"),
    ]
    said = [words.format(value) for value, words in told if value]
    if said:
        event["description"] = "\n".join(said)
    span = f"from {moment(episode.missing_since)}"
    span += f" to {moment(episode.returned_at)}" if episode.returned_at else ", not back yet"
    words = _sentences([f"Missing {span}", *said])
    return Item("missing", words, {"events": [event]})


def _interview(episode: MissingEpisode) -> Item:
    event: Given = {
        "ref": "e2",
        "kind": "return_home_interview",
        "interview": episode.interview,
    }
    if episode.held_at:
        event["started_at"] = _at(episode.held_at)
    told = [
        (episode.offered_by, "Offered by: {}"),
        (episode.get_refused_by_display() if episode.refused_by else "", "Refused by: {}"),
        (episode.why_not, "Why not: {}"),
        (episode.held_by, "Held by: {}"),
    ]
    said = [words.format(value) for value, words in told if value]
    if said:
        event["description"] = "\n".join(said)
    state = episode.get_interview_display()
    return Item("interview", _sentences([f"Interview: {state}", *said]), {"events": [event]})


def _sentences(parts: Sequence[str]) -> str:
    return ". ".join(part.rstrip(". ") for part in parts) + "."


def _words(said: ReturnInterview) -> Iterator[Item]:
    for number, (name, title) in enumerate(_WORDS.items(), start=1):
        if words := getattr(said, name):
            yield Item(
                name, f"{title}: {words}", _statement(number, f"{title}: {words}", "child_words")
            )


def _factors(said: ReturnInterview) -> Iterator[Item]:
    for number, (name, (title, labels)) in enumerate(_FACTORS.items(), start=len(_WORDS) + 1):
        if chosen := [labels[code] for code in getattr(said, name)]:
            words = f"{title}: {'; '.join(map(str, chosen))}"
            yield Item(name, words, _statement(number, words, "professional_opinion"))


def _statement(number: int, words: str, basis: str) -> dict[str, Sequence[Given]]:
    row = {"ref": f"s{number}", "text": words, "basis": basis, "about": [CHILD]}
    return {"statements": [row]}


def _came_up(said: ReturnInterview) -> Iterator[Item]:
    for key, words, member, row in lines.parts(said.came_up):
        yield Item(key, words, {member: [row]})


def _at(at: datetime) -> str:
    return timezone.localtime(at).isoformat()
