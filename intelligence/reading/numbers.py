"""Phones, registrations and postcodes in free text, whole and in part."""

import re
from collections.abc import Iterator

from intelligence.reading.found import Found, Kind, near
from intelligence.reading.words import WORDS
from linking import normalise

_GAP = r"[ \u00a0.\-–/()]{0,2}"
_DIGIT = r"[0-9Oo?xX]"
_NOT_IN_WORD = r"(?<![\w+£$€#@])(?<![A-Za-z]/)"

#: What is followed by a number of its own: of a case, an account, a page.
_REFERENCE = re.compile(
    r"\b(?:ref(?:erence)?|case|crime|log|incident|order|booking|acc(?:oun)?t|sort|nhs|upn|urn"
    r"|niche"
    r"|invoice|policy|badge|ext|pin|code|version|serial|receipt|ticket|claim)\b"
    r"(?:[ .:#-]{0,4}(?:ref(?:erence)?|no|num|number|code|is|was)\b){0,4}[ .:#]*"
    r"(?=[A-Z]{0,4}[-/]?\d)[A-Z0-9][\w/.-]*(?: [\d/-]{3,})*",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[£$€]\s?\d[\d,.]*|\b\d[\d,.]*\s?(?:quid|pounds|gbp)\b", re.IGNORECASE)
_TIME = re.compile(
    r"(?<![\d/.])(?:[01]?\d|2[0-3])(?::[0-5]\d(?::[0-5]\d)?|\.[0-5]\d(?=\s?(?:am|pm|hrs|h)\b))"
    r"\s?(?:am|pm|hrs|h)?\b|\b\d{1,2}\s?(?:am|pm)\b",
    re.IGNORECASE,
)

_BRITISH = re.compile(
    rf"{_NOT_IN_WORD}(?:\+{_GAP}44|00{_GAP}44){_GAP}(?:\(?0\)?)?{_GAP}[1-37-9]"
    rf"(?:{_GAP}{_DIGIT}){{8,9}}(?![\w*])"
    rf"|{_NOT_IN_WORD}\(?[0O]{_GAP}[1-37-9?](?:{_GAP}{_DIGIT}){{8,10}}(?![\w*])"
)
_WITHOUT_ZERO = re.compile(rf"{_NOT_IN_WORD}7\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?!\w)")
_ABROAD = re.compile(
    rf"{_NOT_IN_WORD}(?:\+|00){_GAP}[1-9]{_GAP}[0-9?](?:{_GAP}[0-9?]){{6,13}}(?!\w)"
)
_STARRED = re.compile(
    rf"{_NOT_IN_WORD}(?:0\d[\d ?]{{1,9}}\*|0\d[\d ?]{{0,6}}\*\d{{2,6}}|\*\d{{3,8}})"
)
_PHONE_CUE = re.compile(
    r"\b(?:phones?|mobiles?|mob|tel|telephone|number|call(?:er|s|ed|ing)?|texts?|rang"
    r"|whatsapp)\b",
    re.IGNORECASE,
)
_PART_OF_PHONE = re.compile(
    r"\b(?:(?:phone|mobile|mob|tel|number|no|caller)\b(?: (?:is|was|that|which))?[ .:]*"
    r"(?:(?P<end>end(?:s|ing|ed)?|last (?:four|4|five|5|six|6)(?: digits)?)"
    r"|(?:start|begin)(?:s|ning|ting|ed)?|began)"
    r"|(?P<last>last (?:\w+ )?digits of (?:the|his|her|their) (?:phone |mobile )?(?:number"
    r"|phone|mobile)))"
    r"(?: (?:in|with|are|is|was|were|digits))*[ :]*(?P<digits>\d[\d ]{2,8}\d)(?![\w:/])",
    re.IGNORECASE,
)


def known_to_be_other(text: str) -> Iterator[Found]:
    """Times, prices and reference numbers, which look like what they are not."""
    for pattern in (_REFERENCE, _MONEY, _TIME):
        for match in pattern.finditer(text):
            yield Found(Kind.OTHER, *match.span(), match[0], "", "")


def phones(text: str) -> Iterator[Found]:
    """Telephone numbers, also with digits unread (`?`, `x`), or only how they start or end."""
    for match in _BRITISH.finditer(text):
        yield from _phone(match, _whole(match[0]), _length(match[0]))
    for match in _ABROAD.finditer(text):
        yield from _phone(match, match[0], "A number with the code of a country.")
    for match in _WITHOUT_ZERO.finditer(text):
        yield from _phone(match, f"0{match[0]}", "A mobile number without its first 0.")
    for match in _STARRED.finditer(text):
        if near(text, *match.span(), _PHONE_CUE, 40, 15) or match[0].startswith("07"):
            yield from _phone(match, match[0], "A number of which a part is known.")
    for match in _PART_OF_PHONE.finditer(text):
        digits = match["digits"]
        written = f"*{digits}" if match["end"] or match["last"] else f"{digits}*"
        yield from _phone(match, written, "You say how the number starts or ends.", "digits")


def _phone(match: re.Match[str], written: str, why: str, group: str | int = 0) -> Iterator[Found]:
    value = normalise.phone(re.sub(r"[xX]", "?", written)).value
    if value:
        start, end = match.span(group)
        start += match[group][:1] == "(" and ")" not in match[group]
        end -= len(match[group]) - len(match[group].rstrip("?")) if not written.endswith("?") else 0
        yield Found(Kind.PHONE, start, end, match.string[start:end], value, why)


def _whole(written: str) -> str:
    """Without the question marks behind a number that is whole: `is it 07700 900123??`."""
    bare = written.rstrip("?")
    return bare if len(re.sub(r"[^0-9Oo?xX]", "", bare)) >= 11 else written


def _length(written: str) -> str:
    body = re.sub(r"^(?:\+|00)44\(?0?\)?", "0", re.sub(_GAP, "", written))
    body = re.sub(r"[^0-9Oo?xX]", "", body)
    if re.search(r"[?xX]", body):
        return "A telephone number with digits that were not read."
    if re.match(r"[0O]7", body) and len(body) != 11:
        return f"Like a mobile number, but it has {len(body)} digits and not 11. Check it."
    return "As many digits as a telephone number has."


# --- registrations -----------------------------------------------------------------------------

_CAR = "|".join(WORDS["vehicles"].split())
_MARK = r"(?:reg(?:istration)?s?|regd|(?:number ?)?plates?|vrm|vrn|index)"
_PLATE_CUE = re.compile(rf"\b(?:{_MARK}|{_CAR})\b", re.IGNORECASE)
_SINCE_2001 = re.compile(
    r"(?<![\w?*])(?P<a>[A-Za-z?]{2})(?P<gap> ?)(?P<b>[0-9OI?]{2})["
    r" \u00a0.\-]?(?P<c>[A-Za-z?]{3})(?!\w)"
)
_SLIP = re.compile(r"(?<![\w?*])[A-Za-z]{2} ?\d{2}[ -]?(?=[A-Za-z]*\d)[A-Za-z0-9]{3}(?!\w)")
_OLDER = re.compile(r"(?<!\w)(?:[A-Z]\d{1,3}[ -]?[A-Z]{3}|[A-Z]{3}[ -]?\d{1,3}[A-Z])(?!\w)")
_PART = re.compile(
    rf"(?i:{_MARK})\b(?: (?:no|number|mark|plate|of|is|was|that|which|just|only|like|part"
    rf"|partial))*[ .:,-]*"
    r"(?:(?P<start>(?:start|begin)(?:s|ning|ting|ed)?|began)|(?P<end>end(?:s|ing|ed)?"
    r"|finish(?:es|ing)))?"
    r"(?: (?:in|with))*[ :]*"
    r"(?P<mark>(?=[A-Z0-9 ?*]*[0-9?*]"
    r"|[A-Z]{2,3}\b)[A-Z0-9?*]{2,4}(?: ?(?=[A-Z0-9 ]*[?*0-9])[A-Z0-9?*]{1,3}"
    r"|(?<=[?*]\d) [A-Z]{3}|\*)?)"
    r"(?![A-Za-z0-9])",
)
_CUE_OF_PART = re.compile(rf"\b{_MARK}\b", re.IGNORECASE)
_SAID_LATER = re.compile(
    r"\b(?:(?P<end>end(?:s|ing|ed))|start(?:s|ing|ed)|begin(?:s|ning)|began)(?: (?:in|with))?"
    r" (?P<mark>[A-Z0-9]{2,4})(?!\w)"
)
_HALF = re.compile(r"(?<![\w?*])(?!KS)[A-Z]{2}[0-9]{2}(?![\w?*]| ?\d)")
#: English words of three letters that follow two letters and two digits: `yr10 boy`.
_SHORT_WORDS = frozenset(WORDS["short"].split())
_NOT_MARKS = frozenset({"yr", "no", "rm", "pg", "ks", "wk", "ps", "mp", "to", "at", "in", "on"})


def plates(text: str) -> Iterator[Found]:
    """Registration marks, also with characters unread, or only how they start or end."""
    for match in _SINCE_2001.finditer(text):
        if _is_mark(match):
            yield from _plate(match, match[0], _reading(match[0]))
    for match in _SLIP.finditer(text):
        if near(text, *match.span(), _CUE_OF_PART, 25, 0):
            yield from _plate(match, match[0], "Like a registration, with a digit for a letter.")
    for match in _OLDER.finditer(text):
        if (
            near(text, *match.span(), _PLATE_CUE, 40, 30)
            and match[0][-3:].lower() not in _SHORT_WORDS
        ):
            yield from _plate(match, match[0], "An older form of registration.")
    yield from _parts_of_plates(text)


def _is_mark(match: re.Match[str]) -> bool:
    """Is this a registration, and not `yr10 boy` or `at 10 the`?"""
    written = match[0]
    cued = near(match.string, *match.span(), _PLATE_CUE, 40, 30)
    if not re.search(r"\d", match["b"]) and not (cued and written.isupper()):
        return False
    if "?" in written and not (cued or written.isupper()):
        return False
    upper = written.isupper()
    word = match["c"].lower() in _SHORT_WORDS and not (upper and cued)
    if word or (match["gap"] and not (upper or cued)):
        return False
    return cued or match["a"].lower() not in _NOT_MARKS


def _reading(written: str) -> str:
    if "?" in written:
        return "A registration with characters that were not read."
    return "Two letters, two digits, three letters: a registration."


def _parts_of_plates(text: str) -> Iterator[Found]:
    for cue in _CUE_OF_PART.finditer(text):
        match = _PART.match(text, cue.start(), cue.start() + 60)
        if match and (match["start"] or match["end"] or re.search(r"[0-9?*]", match["mark"])):
            yield from _part(match)
    for match in _SAID_LATER.finditer(text):
        if near(text, *match.span(), _CUE_OF_PART, 40, 0):
            yield from _part(match)
    for match in _HALF.finditer(text):
        if near(text, *match.span(), _PLATE_CUE, 40, 0):
            yield from _plate(match, f"{match[0]}*", "The first half of a registration.")


def _part(match: re.Match[str]) -> Iterator[Found]:
    mark = match["mark"].strip()
    value = normalise.plate(_open_ended(mark, at_end=bool(match["end"]))).value
    if value and not mark.isdigit():
        why = "You say that it is a part of a registration."
        yield Found(
            Kind.PLATE, match.start("mark"), match.start("mark") + len(mark), mark, value, why
        )


def _open_ended(mark: str, *, at_end: bool) -> str:
    """`QX4` is `QX4*`: something follows. Of what is marked as unread, nothing is guessed."""
    if re.search(r"[?*]", mark):
        return mark
    return f"*{mark}" if at_end else f"{mark}*"


def _plate(match: re.Match[str], written: str, why: str) -> Iterator[Found]:
    if value := normalise.plate(written).value:
        yield Found(Kind.PLATE, *match.span(), match[0], value, why)


# --- postcodes ---------------------------------------------------------------------------------

_POSTCODE = re.compile(
    # The second part never has C, I, K, M, O or V; `2nd` and `3rd` are no postcodes.
    r"(?<![\w@])[A-Za-z]{1,2}[0-9][0-9A-Za-z]?[ \u00a0]{0,2}"
    r"(?:[0-9]|(?<=[0-9] )O)(?!(?:st|nd|rd|th)\b)[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?!\w)",
    re.IGNORECASE,
)


def postcodes(text: str) -> Iterator[Found]:
    """Whole postcodes."""
    for match in _POSTCODE.finditer(text):
        # The letter O stands for the figure before the last two letters.
        written = re.sub(r"[Oo](?=[A-Za-z]{2}$)", "0", match[0])
        if value := normalise.postcode(written).value:
            yield Found(Kind.POSTCODE, *match.span(), match[0], value, "The form of a postcode.")
