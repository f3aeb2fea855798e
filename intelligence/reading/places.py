"""Known local places in free text: of a list that is handed in, never of what others reported."""

import re
from collections.abc import Iterable, Iterator, Mapping

from intelligence.reading.found import Found, Kind
from linking import normalise

Span = tuple[int, int, str]

#: The most words that a place's name may have to be found.
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: The end of a name that people leave away: `Dogger High` for `Dogger High School`.
_LEFT_AWAY = frozenset({"school", "academy", "college"})
_STREETS = frozenset({"st", "rd", "ln", "ave"})
#: Shorter names than this are found in too many words.
_SHORTEST = 6


def index(names: Iterable[str]) -> Mapping[str, str]:
    """Each way that a place of the list may be written, without spaces, and its listed name."""
    ways: dict[str, str] = {}
    for name in sorted(names):
        words = _words(name)
        if 1 <= len(words) <= MOST_WORDS and len("".join(words)) >= _SHORTEST:
            ways.setdefault("".join(words), name)
    for name in sorted(names):
        words = _words(name)
        if len(words) > 2 and words[-1] in _LEFT_AWAY:
            ways.setdefault("".join(words[:-1]), name)
    return ways


def places(text: str, ways: Mapping[str, str]) -> Iterator[Found]:
    """Places of the list, the longest name first, however they are spaced or shortened."""
    if not ways:
        return
    spans = [(match.start(), match.end(), _spelling(match[0])) for match in _WORD.finditer(text)]
    longest = max(map(len, ways))
    at = 0
    while at < len(spans):
        count, name = _from(spans, at, ways, longest)
        if count:
            start, end = spans[at][0], spans[at + count - 1][1]
            why = "A place on the list for your area."
            yield Found(Kind.PLACE, start, end, text[start:end], normalise.fold(name), why)
        at += max(count, 1)


def _from(spans: list[Span], at: int, ways: Mapping[str, str], longest: int) -> tuple[int, str]:
    """How many words the longest name has that begins at this word, and the name; 0 for none."""
    written, best, name = "", 0, ""
    for count, (_, _, word) in enumerate(spans[at : at + MOST_WORDS], start=1):
        written += word
        if len(written) > longest:
            break
        if written in ways and not _goes_on(spans, at + count, ways[written], written):
            best, name = count, ways[written]
    return best, name


def _goes_on(spans: list[Span], next_word: int, name: str, written: str) -> bool:
    """Is this a shortened name, and the next word makes another of it: `Dogger High Street`?"""
    shortened = "".join(_words(name)) != written
    return shortened and next_word < len(spans) and spans[next_word][2] in _STREETS


def _words(name: str) -> list[str]:
    return [_spelling(match[0]) for match in _WORD.finditer(name)]


def _spelling(word: str) -> str:
    return normalise.address(re.sub(r"['’]s$", "", word)).replace(" ", "")
