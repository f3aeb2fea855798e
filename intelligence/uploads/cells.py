"""What one cell of a partner's table means, in any of the ways in which people write it.

Pure. Each reading raises UnclearError where it would have to guess.
"""

import re
from calendar import month_name
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from intelligence.uploads.columns import PEOPLE
from linking import normalise

Given = dict[str, Any]


class UnclearError(Exception):
    """A cell that cannot be understood; the message says what we read and what to write."""


def safe(cell: str) -> str:
    """The cell, unless no record can keep it or a spreadsheet would run it."""
    if "\ufffd" in cell:  # what the reader puts for a NUL and the like
        raise UnclearError("This holds a character that no record can keep. Type it again.")
    if cell.startswith("="):
        raise UnclearError("This is a formula. Write what it shows instead.")
    return cell


def meaning(name: str) -> Callable[[str], Any]:
    """How a cell of this field is read."""
    for who in PEOPLE:
        if name.startswith(f"{who}_") and name.removeprefix(f"{who}_") in _PEOPLE_MEAN:
            return _PEOPLE_MEAN[name.removeprefix(f"{who}_")]
    return _MEAN.get(name, str)


_MONTHS = {
    short: number
    for number, name in enumerate(month_name[1:], start=1)
    for short in (name.lower(), name.lower()[:3], name.lower()[:4])
}
#: The day that spreadsheets count from, and the counts that we take for a day: 1950 to 2100.
#: Two figures up to this one are of this century.
_LATEST = 40
_DAY_ZERO, _DAYS = date(1899, 12, 30), range(18_264, 73_050)


def day(text: str) -> str:
    """A day as people and spreadsheets write it, as YYYY-MM-DD. Days come before months.

    Raises UnclearError, saying what was read.
    """
    text = re.sub(r"[T ]+\d\d?:\d\d.*$", "", " ".join(text.split()))
    if text.isdecimal() and int(text) in _DAYS:
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    if parts := re.fullmatch(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)", text):
        return _real(int(parts[1]), int(parts[2]), int(parts[3]), text)
    if parts := re.fullmatch(r"(\d\d?)[-/. ](\d\d?)[-/. ](\d{4}|\d\d)", text):
        return _real(_year(parts[3]), int(parts[2]), int(parts[1]), text)
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b|,|\bof\b|^[a-z]+day\b", " ", text.lower())
    if parts := re.fullmatch(r"\s*(\d\d?)[\s-]+([a-z]{3,9})[\s-]+(\d{4}|\d\d)\s*", words):
        month = _MONTHS.get(parts[2], 0)
        return _real(_year(parts[3]), month, int(parts[1]), text)
    raise UnclearError(f"“{text[:40]}” is not a day. Write it like 31/03/2026.")


def _year(text: str) -> int:
    """Of two figures, the year that people mean by them: 1941 to 2040."""
    year = int(text)
    return year if year > 99 else 1900 + year if year > _LATEST else 2000 + year


def _real(year: int, month: int, number: int, text: str) -> str:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        message = f"There is no day “{text[:40]}”; we read the day first, then the month."
        raise UnclearError(message) from None


def _birth(text: str) -> str:
    """A date of birth: a day, a month of a year, or a year."""
    words = text.lower().replace(",", " ").split()
    if re.fullmatch(r"(19|20)\d\d", text):
        return text
    if parts := re.fullmatch(r"(\d\d?)/(\d{4})", text):
        return f"{_real(int(parts[2]), int(parts[1]), 1, text)[:7]}"
    if len(words) == 2 and words[0] in _MONTHS and re.fullmatch(r"\d{4}", words[1]):
        return f"{words[1]}-{_MONTHS[words[0]]:02d}"
    return day(text)


def _age(text: str) -> Given:
    said = text.lower()
    if parts := re.search(r"\b(?:year|yr|y)\s*(\d{1,2})\b", said):
        return {"year_group": parts[1]}
    numbers = [int(number) for number in re.findall(r"\d{1,3}", said)]
    if not 1 <= len(numbers) <= 2 or max(numbers) > 120:
        raise UnclearError(f"“{text[:40]}” is not an age. Write it like 15, or 14 to 16.")
    return {"age_from": min(numbers), "age_to": max(numbers)}


def _name(text: str) -> Given:
    """A whole name: `Family, Given`, or the last word as the family name."""
    family, comma, given = text.partition(",")
    if not comma:
        *rest, last = text.split()
        given, family = (" ".join(rest), last) if rest else (last, "")
    parts = {"given_names": given.strip(), "family_name": family.strip()}
    return {name: part for name, part in parts.items() if part}


def _nicknames(text: str) -> list[str]:
    parts = re.split(r"\s*[,;/\n]\s*|\s+(?:aka|a\.k\.a\.?|or|and)\s+", text)
    said = [part.strip(" \"'“”‘’") for part in parts]
    return list(dict.fromkeys(one for one in said if one))


def _chosen(choices: Mapping[str, str], question: str) -> Callable[[str], str]:
    """One of a few answers, in any of the words that partners use for it."""
    known = {word: code for code, words in choices.items() for word in words.split("|")}

    def choose(text: str) -> str:
        words = normalise.fold(text)
        if words in known:
            return known[words]
        offered = ", ".join(sorted(words.split("|")[0] for words in choices.values()))
        raise UnclearError(f"“{text[:40]}” does not say {question}. Write one of: {offered}.")

    return choose


_GENDER = _chosen(
    {
        "female": "female|f|girl|woman|w|she her",
        "male": "male|m|boy|man|he him",
        "non_binary": "non binary|nonbinary|nb|they them",
        "other": "other|trans|transgender",
        "not_known": "not known|unknown|n k|nk|not stated|u|n a",
    },
    "the gender",
)
_KNOWN = _chosen(
    {
        "first_hand": "seen or heard ourselves|first hand|observed|direct|staff observation|seen"
        "|witnessed|professional observation|self|staff",
        "child_about_self": "the young person told us|child|young person|disclosure|disclosed"
        "|pupil disclosure|child disclosure|victim|yp|told by child|told by yp",
        "told_by_another": "somebody told us|told|third party|hearsay|parent|friend|peer|public"
        "|member of public|reported|told by another|other|carer|told by parent",
        "not_known": "not known|unknown|anonymous|anon|not stated|n a",
        "suspected_false": "thought to be false|suspected false|false|malicious",
    },
    "how it is known",
)
_ROLE = _chosen(
    {
        "child_at_risk": "young person at risk|child|young person|child at risk|yp|at risk|pupil",
        "victim": "victim|harmed|exploited",
        "suspected_offender": "person of concern|suspect|offender|perpetrator|suspected offender"
        "|alleged perpetrator|poi|suspected",
        "associate": "associate|friend|peer",
        "witness": "witness",
        "parent_or_carer": "parent or carer|parent|carer|mother|father|family",
        "professional": "professional|staff|worker",
        "unknown": "not known|unknown|other|n a",
    },
    "the role",
)
_YES = _chosen(
    {
        "yes": "yes|y|true|1|x",
        "no": "no|n|false|0",
        "not_known": "not known|unknown|n k|nk|unsure|n a",
    },
    "yes or no",
)


def _phones(text: str) -> list[str]:
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise UnclearError("The spreadsheet has cut this number short. Format the column as text.")
    numbers = []
    for part in re.split(r"\s*[,;/\n]\s*|\s+(?:or|and)\s+", text):
        if not part:
            continue
        # A spreadsheet takes a number for a sum, and drops the nought that it begins with.
        number = f"0{part}" if re.fullmatch(r"7\d{9}", part) else part
        if problem := normalise.phone(number).problem:
            raise UnclearError(f"“{part[:40]}”: {problem} Use ? for a digit that was not read.")
        numbers.append(number)
    return numbers


def _plate(text: str) -> str:
    found = normalise.plate(text)
    # Longer letters without a figure are words about the car.
    words = len(found.value) > _LETTERS and not re.search(r"[\d?*]", text)
    if found.problem or words:
        problem = found.problem or "This is not a registration mark."
        raise UnclearError(f"“{text[:40]}”: {problem} Use ? for a character that was not read.")
    return text


#: No mark has more letters than this without a figure.
_LETTERS = 3


#: Said where nothing is known, and where that is an answer of its own.
NOTHING = frozenset({"unknown", "not known", "n/a", "n/k", "na", "nk", "none", "-", "?", "tbc"})
ANSWERS = frozenset({"how_known", "person_role", "child_at_risk_now", "risk_if_shared"})

_PEOPLE_MEAN: dict[str, Callable[[str], Any]] = {
    "name": _name,
    "nicknames": _nicknames,
    "date_of_birth": _birth,
    "age": _age,
    "gender": _GENDER,
    "given_names": str,
    "family_name": str,
    "description": str,
}
_MEAN: dict[str, Callable[[str], Any]] = {
    "information_date": day,
    "how_known": _KNOWN,
    "person_role": _ROLE,
    "child_at_risk_now": _YES,
    "risk_if_shared": lambda text: _YES(text) == "yes",
    "phone": _phones,
    "registration": _plate,
    "handle": lambda text: text.strip(),
}
