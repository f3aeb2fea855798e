"""Days in free text: written out, in part, or told from the day of the report.

Nothing later than that day is found: what partners share has happened.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from intelligence.reading.found import Found, Kind
from intelligence.reading.words import WORDS

_MONTHS: dict[str, int] = WORDS["months"]
_WEEKDAYS: dict[str, int] = WORDS["weekdays"]
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple of": 2, "a couple of": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_DAY_NAME = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_WEEKDAY_BEFORE = rf"(?:\b(?:{_DAY_NAME})\b[ ,.]*)?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_PART_OF_DAY = r"(?:\s+(?:morning|lunchtime|lunch|afternoon|evening|eve|night|nite|am|pm))?"

_ISO = re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])")
_FIGURES = re.compile(
    rf"{_WEEKDAY_BEFORE}(?<![\d/.-])(?P<day>\d{{1,2}})(?P<by>[/.-])(?P<month>\d{{1,2}})(?P=by)"
    r"(?P<year>(?:19|20)\d\d|\d\d)(?![\d/-]|\.\d)",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?:on|since|from|until|till|of|dated?|seen|by|and"
    r"|to)\s+(?P<span>(?P<day>\d{1,2})/(?P<month>\d{1,2}))"
    r"(?![\d/]|\.\d)",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY_BEFORE}(?<![\d/.:-])(?P<day>\d{{1,2}}){_ORDINAL}(?:\s+of)?[\s-]+{_MONTH}\b\.?"
    r"(?:[\s,-]+(?P<year>(?:19|20)\d\d|['’]?\d\d(?=\b(?![:.]\d)(?!\s*(?:am|pm|hrs)))))?(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY_BEFORE}\b{_MONTH}\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:,?\s+(?P<year>(?:19|20)\d\d))?(?![\d:/]|\.\d)\b",
    re.IGNORECASE,
)
_DAY_ONLY = re.compile(
    r"\b(?:on|since|from|until|till)\s+(?P<span>(?:the\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th))\b"
    r"(?!\s+(?:floor|birthday|time|year|street|avenue|lane|period|of|and|lap|form))",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(
    r"\b(?:in|since|during|last|early|late|mid|from|until|throughout|end of|start of"
    r"|beginning of)[\s-]+"
    rf"(?P<span>{_MONTH})\b(?!\s*\d{{1,2}}\b)(?:\s+(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:(?P<lead>last|this|next|every|each|most|on|since|until|till|from|by|usually"
    rf"|always)\s+)?"
    rf"(?P<name>{_DAY_NAME})\b(?P<tail>{_PART_OF_DAY})(?!\s*(?:week\b|[-–]\s?(?:{_DAY_NAME})\b))",
    re.IGNORECASE,
)
#: Also words of other meanings: taken only beside `on`, `last`, `night` and the like.
_ALSO_WORDS = frozenset({"mon", "wed", "sat", "sun"})
_AGO = re.compile(
    r"\b(?P<count>\d{1,2}|(?:a )?couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"\s+(?P<unit>day|night|week|wk|month|fortnight)s?\s+(?:ago|back|previously)\b",
    re.IGNORECASE,
)
_WORDS: dict[str, int] = {
    "today": 0, "2day": 0, "tonight": 0, "tonite": 0, "2nite": 0, "this morning": 0,
    "this afternoon": 0, "this evening": 0, "this lunchtime": 0, "earlier today": 0,
    "yesterday": 1, "yesturday": 1, "yesterdy": 1, "yday": 1, "last night": 1, "last nite": 1,
    "last evening": 1, "overnight last night": 1,
    "the day before yesterday": 2, "day before yesterday": 2, "the night before last": 2,
}  # fmt: skip
_SAID = re.compile(
    r"\b(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_STRETCH = re.compile(
    r"\b(?:(?:last|at the|over the|this past|the|this) week-?end|last (?:week|month"
    r"|year))\b(?!\s+of\b)",
    re.IGNORECASE,
)
_BORN_CUE = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|born|birth ?date|birthday)(?:\s+(?:on|is|was))?"
    r"(?:\s+the)?[\s:;.=-]*$",
    re.IGNORECASE,
)
_LONGEST_LIFE = 110


def days(text: str, told_on: date) -> Iterator[Found]:
    """Days, and dates of birth; `told_on` is the day of the report."""
    for pattern in (_ISO, _FIGURES, _DAY_MONTH, _MONTH_DAY, _SHORT, _DAY_ONLY):
        for match in pattern.finditer(text):
            yield from _dated(match, told_on)
    yield from _named(text, told_on)
    for match in _MONTH_ONLY.finditer(text):
        yield from _month(match, told_on)


def _dated(match: re.Match[str], told_on: date) -> Iterator[Found]:
    given = match.groupdict()
    day, month = int(given["day"]), _month_number(given.get("month"), told_on)
    swapped = month > 12 >= day
    if swapped:
        day, month = month, day
    start, end = match.span("span") if "span" in given else match.span()
    found = _date(given.get("year"), month, day, told_on, day_only="month" not in given)
    if found is None:
        return
    born = _BORN_CUE.search(match.string[max(0, start - 24) : start])
    if found > told_on:
        return
    why = "Written month first." if swapped else "A day written as a date."
    if not given.get("year"):
        why = "A date without its year: the last such day before your report."
    kind = Kind.DAY
    if born:
        kind, why = Kind.BORN, "The date after “born” or “date of birth”."
    yield Found(kind, start, end, match.string[start:end], found.isoformat(), why)


def _month_number(written: str | None, told_on: date) -> int:
    if written is None:
        return told_on.month
    return int(written) if written.isdigit() else _MONTHS[written.lower()]


def _date(year: str | None, month: int, day: int, told_on: date, *, day_only: bool) -> date | None:
    """The day; without a year, the last such day up to the report. None where there is none."""
    if year is not None:
        return _real(_whole_year(year.strip("'’"), told_on), month, day)
    found = _real(told_on.year, month, day)
    if found is None or found > told_on:
        back = (told_on.replace(day=1) - timedelta(days=1)) if day_only else None
        found = _real(back.year, back.month, day) if back else _real(told_on.year - 1, month, day)
    return found


def _whole_year(year: str, told_on: date) -> int:
    if len(year) == 4:
        return int(year)
    whole = 2000 + int(year)
    return whole if whole <= told_on.year else whole - 100


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(text: str, told_on: date) -> Iterator[Found]:
    for match in _SAID.finditer(text):
        day = told_on - timedelta(days=_WORDS[match[0].lower()])
        yield _told(match, day.isoformat(), "Told from the day of your report.")
    for match in _AGO.finditer(text):
        day = _ago(match["count"].lower(), match["unit"].lower(), told_on)
        yield _told(match, day.isoformat(), "Counted back from the day of your report.")
    for match in _STRETCH.finditer(text):
        value = _stretch(match[0].lower(), told_on)
        yield _told(match, value, "Told from the day of your report.")
    for match in _NAMED.finditer(text):
        if value := _weekday(match, told_on):
            yield _told(match, value, "The last day of this name before your report.")


def _told(match: re.Match[str], value: str, why: str) -> Found:
    return Found(Kind.DAY, *match.span(), match[0], value, why)


def _ago(count: str, unit: str, told_on: date) -> date:
    number = int(count) if count.isdigit() else _NUMBERS[count]
    if unit == "month":
        months = told_on.year * 12 + told_on.month - 1 - number
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(told_on.day, last))
    length = {"day": 1, "night": 1, "week": 7, "wk": 7, "fortnight": 14}[unit]
    return told_on - timedelta(days=number * length)


def _stretch(words: str, told_on: date) -> str:
    monday = told_on - timedelta(days=told_on.weekday())
    if words.endswith(("weekend", "week-end")):
        saturday = monday - timedelta(days=2)
        return f"{saturday}/{saturday + timedelta(days=1)}"
    if words.endswith("week"):
        return f"{monday - timedelta(days=7)}/{monday - timedelta(days=1)}"
    if words.endswith("month"):
        return (told_on.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    return str(told_on.year - 1)


def _weekday(match: re.Match[str], told_on: date) -> str:
    lead, name = (match["lead"] or "").lower(), match["name"].lower()
    if lead in {"every", "each", "most", "usually", "always", "next"}:
        return ""
    if name in _ALSO_WORDS and not (lead or match["tail"]):
        return ""
    behind = (told_on.weekday() - _WEEKDAYS[name]) % 7
    if lead == "this" and _WEEKDAYS[name] > told_on.weekday():
        return ""
    if behind == 0 and lead != "this":
        behind = 7
    return (told_on - timedelta(days=behind)).isoformat()


def _month(match: re.Match[str], told_on: date) -> Iterator[Found]:
    month, year = _MONTHS[match["month"].lower()], match["year"]
    if year is None:
        year = told_on.year if month <= told_on.month else told_on.year - 1
    value = f"{year}-{month:02d}"
    if value <= told_on.isoformat()[:7]:
        start, end = match.span("span")[0], match.end()
        why = "A month: the last of this name before your report."
        yield Found(Kind.DAY, start, end, match.string[start:end], value, why)
