"""Reading free text: how much is found of what 506 written texts hold, and how much is wrong."""

import itertools
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from intelligence.reading import Found, Kind, index_of_places, read
from linking import normalise

TEXTS = Path(__file__).parent.parent / "data" / "free_text.txt"
TOLD_ON = date(2026, 3, 25)  # a Wednesday
PLACES = (
    "Sandbank Arcade",
    "Petrel House",
    "Cod Corner Kebab House",
    "Swarte Lane",
    "Dogger High School",
    "Canal Steps",
    "Gull Road Underpass",
    "Silver Pit Tavern",
    "Tail End Bus Station",
    "Tail End Lodge",
    "Outer Well Car Wash",
)
LOCAL = index_of_places(PLACES)
MARKED = re.compile(r"\{([^{}|]*)\|([a-z]*)(?:\|([^{}]*))?\}")

#: The least precision and recall of each kind. Measured: see the CHANGELOG.
FLOORS = {
    Kind.PHONE: (0.98, 0.98),
    Kind.PLATE: (0.97, 0.98),
    Kind.POSTCODE: (0.98, 0.94),
    Kind.HANDLE: (0.97, 0.96),
    Kind.DAY: (0.98, 0.98),
    Kind.BORN: (0.98, 0.98),
    Kind.AGE: (0.98, 0.97),
    Kind.YEAR: (0.98, 0.98),
    Kind.NICKNAME: (0.98, 0.93),
    Kind.PLACE: (0.98, 0.98),
}


class Truth(NamedTuple):
    """What one stretch of a text is."""

    kind: str
    start: int
    end: int
    value: str


def _value(kind: str, words: str) -> str:
    """The normal form that follows from the words themselves."""
    forms = {
        "phone": lambda: normalise.phone(words).value,
        "plate": lambda: normalise.plate(words).value,
        "postcode": lambda: normalise.postcode(words).value,
        "nickname": lambda: normalise.nickname(words),
        "place": lambda: normalise.fold(words),
        "age": lambda: "".join(re.findall(r"\d+", words)[:1]),
    }
    return forms[kind]()


def _texts() -> Iterator[tuple[str, list[Truth]]]:
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, truth, at = "", [], 0
        for match in MARKED.finditer(line):
            text += line[at : match.start()]
            words, kind, value = match.groups()
            if kind not in ("none", ""):
                start = len(text)
                said = value if value is not None else _value(kind, words)
                truth.append(Truth(kind, start, start + len(words), said))
            text += words
            at = match.end()
        yield text + line[at:], truth


def _matches(find: Found, truth: Truth) -> bool:
    overlaps = find.start < truth.end and truth.start < find.end
    return overlaps and (find.kind, find.value) == (truth.kind, truth.value)


@pytest.fixture(scope="module")
def measured() -> tuple[Counter[str], Counter[str], Counter[str], list[str]]:
    """What was rightly found, wrongly found and missed, by kind, and each mistake in words."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    mistakes: list[str] = []
    for text, truths in _texts():
        finds = list(read(text, TOLD_ON, LOCAL))
        for truth in truths:
            find = next((find for find in finds if _matches(find, truth)), None)
            if find is None:
                missed[truth.kind] += 1
                mistakes.append(f"missed {truth.kind} {truth.value!r} in: {text}")
            else:
                finds.remove(find)
                right[truth.kind] += 1
        for find in finds:
            wrong[find.kind] += 1
            mistakes.append(f"wrong {find.kind} {find.text!r} ({find.value}) in: {text}")
    return right, wrong, missed, mistakes


def test_there_are_five_hundred_written_texts_and_many_hold_nothing_to_find():
    texts = list(_texts())
    assert len(texts) >= 500
    assert len({text for text, _ in texts}) == len(texts)
    assert sum(not truths for _, truths in texts) >= 100


@pytest.mark.parametrize("kind", FLOORS)
def test_what_is_recognised_is_right_and_little_is_missed(measured, kind):
    right, wrong, missed, mistakes = measured
    precision, recall = FLOORS[kind]
    told = "\n".join(line for line in mistakes if f" {kind} " in line)
    assert right[kind] >= 13, "too few to measure"
    assert right[kind] / (right[kind] + wrong[kind]) >= precision, told
    assert right[kind] / (right[kind] + missed[kind]) >= recall, told


def test_over_all_kinds_hardly_anything_is_wrong_or_missed(measured):
    right, wrong, missed, mistakes = measured
    assert right.total() / (right.total() + wrong.total()) >= 0.99, "\n".join(mistakes)
    assert right.total() / (right.total() + missed.total()) >= 0.98, "\n".join(mistakes)


def test_the_same_text_always_gives_the_same_finds_in_the_order_of_the_text():
    for text, _ in _texts():
        finds = read(text, TOLD_ON, LOCAL)
        assert finds == read(text, TOLD_ON, LOCAL)
        assert all(text[find.start : find.end] == find.text for find in finds)
        assert all(one.end <= other.start for one, other in itertools.pairwise(finds))


def test_every_find_says_why_and_carries_a_normal_form():
    for text, _ in _texts():
        for find in read(text, TOLD_ON, LOCAL):
            assert find.why.endswith(".")
            assert find.value


def test_no_day_lies_after_the_report_whenever_it_is_told():
    for text, _ in _texts():
        for told_on in (date(2026, 1, 1), date(2024, 2, 29), date(2026, 3, 31)):
            days = [find for find in read(text, told_on) if find.kind is Kind.DAY]
            assert all(find.value[: len("2026-01-01")] <= told_on.isoformat() for find in days)


@pytest.mark.parametrize(
    ("words", "told_on", "value"),
    [
        ("yesterday", date(2026, 1, 1), "2025-12-31"),
        ("a month ago", date(2026, 3, 31), "2026-02-28"),
        ("on the 31st", date(2026, 3, 25), ""),
        ("on 30/12", date(2026, 1, 2), "2025-12-30"),
        ("last weekend", date(2026, 3, 22), "2026-03-14/2026-03-15"),
        ("seen on Sunday", date(2026, 3, 22), "2026-03-15"),
        ("on 29 Feb", date(2026, 3, 25), ""),
        ("in March", date(2026, 3, 25), "2026-03"),
        ("in April", date(2026, 3, 25), "2025-04"),
    ],
)
def test_a_day_is_told_from_the_day_of_the_report(words, told_on, value):
    finds = read(f"It was {words}.", told_on)
    assert [find.value for find in finds] == ([value] if value else [])


def test_places_come_from_the_list_alone():
    text = "Seen at Sandbank Arcade."
    assert [find.kind for find in read(text, TOLD_ON, LOCAL)] == [Kind.PLACE]
    assert read(text, TOLD_ON) == ()


#: Pieces that make badly written expressions try again and again.
PIECES = ("07 ", "?", "@a", "QX00 ", "reg is ", "((((", "1/1/", 'known as "', "he is ", "ref no ")
PIECES += ("number ending ", "A. ", "a@a.", "1 or 2 or ", "mon tue ", "x_", "last last ", "\n")


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_of_one_piece_ends(piece):
    text = (piece * 20_000)[:20_000]
    assert read(text, TOLD_ON, LOCAL) == read(text, TOLD_ON, LOCAL)


def test_reading_knows_neither_django_nor_a_database():
    code = "import sys, intelligence.reading; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
