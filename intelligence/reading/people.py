"""What a text says of people: nicknames, ages and school years."""

import re
from collections.abc import Iterator

from intelligence.reading.found import Found, Kind
from intelligence.reading.words import WORDS
from linking import normalise

# --- nicknames -----------------------------------------------------------------------------------

_OPEN, _CLOSE = "[\"'“‘«]", "[\"'”’»]"
_CAPITAL = r"[A-Z](?:[\w’'-]|\.(?=\w))*"
_QUOTED = rf"{_OPEN}(?P<quoted>[^\"“”«»\n]{{1,40}}?){_CLOSE}(?!\w)"
_PLAIN = rf"(?P<plain>(?:The )?{_CAPITAL}(?: {_CAPITAL}){{0,2}})"
#: What a lower-case nickname of two words begins with, or ends in.
_FIRST = (
    r"(?:big|little|lil|uncle|aunt|auntie|old|young|fat|tall|king|mr|mrs|miss|dj|mc|baby|mad"
    r"|crazy|daddy|mama)"
)
_SMALL = (
    rf"(?P<small>(?:{_FIRST} )?[a-z][a-z'’-]{{1,20}}(?: [a-z]\b)?(?! (?:to|for|at|in|with)\b))\b"
)
_STRONG = (
    r"(?:known(?: to \w+)?(?: only| locally| just| also)? as"
    r"|a\.?k\.?a\.?|also known as|nick-?names?d?(?: (?:is|was|are|of|as))?"
    r"|street ?names?(?: (?:is|was|of))?|goes by(?: the (?:nick)?name)?(?: of)?"
    r"|go(?:ing)? by(?: the (?:nick)?name)?(?: of)?|answers to"
    r"|call(?:s|ed|ing)? (?:himself|herself|themselves|themself)"
    r"|(?:they|everyone|everybody|people|mates|friends|girls|boys|lads"
    r"|kids) (?:all )?calls? (?:him|her|them)"
    r"|to call (?:him|her|them)|saved (?:in (?:her|his|the|their) phone |as a contact )?(?:as"
    r"|under)"
    r"|saved in (?:the )?phone as|his name is|her name is)"
)
#: After these only a capital or quotation marks make a name.
_WEAK = r"(?:calls (?:him|her|them)|call me|(?:he|she|they) calls?|we call (?:him|her|them))"
_WEAKLY = re.compile(rf"\b(?i:{_WEAK})[ :]+(?:{_QUOTED}|{_PLAIN})")
_NAMED = re.compile(rf"\b(?i:{_STRONG})[ :]+(?:{_QUOTED}|{_PLAIN}|{_SMALL})")
_PERSON = (
    r"(?:m[ae]n|lads?|guys?|blokes?|boys?|girls?|wom[ae]n|males?|females?|someone|somebody"
    r"|another|persons?|friends?"
    r"|mates?|one|adults?|driver|uncle|cousin|boyfriend|girlfriend|partner|contact|dealer|is"
    r"|he['’]?s|she['’]?s)"
)
_CALLED = re.compile(rf"\b(?i:{_PERSON}) (?i:called|named|by name of) (?:{_QUOTED}|{_PLAIN})")
_BESIDE = (
    r"(?:with|by|from|met|meets?|meeting|saw|seeing|sees|and|or|mentioned|mentions|names?"
    r"|about|to|that|for|them"
    rf"|{_PERSON})"
)
_JUST_QUOTED = re.compile(
    rf"(?:\b(?i:{_BESIDE})[ ,:]*|[-–] )[\"“](?P<quoted>{_CAPITAL}(?: {_CAPITAL}){{0,2}})[\"”]"
)
_AND_ANOTHER = re.compile(rf"(?:, ?| and | or |/)(?:{_QUOTED}|{_PLAIN})")
#: Not a name, however it is put.
_NOT_NAMES = frozenset(WORDS["not_names"].split())
_PHRASES = re.compile(r"^(?:child|person|subject|victim|suspect|male|female|yp) [a-z0-9]{1,2}$")


def nicknames(text: str) -> Iterator[Found]:
    """Names after `known as`, `aka`, `goes by` and the like, and short quoted names of people."""
    for match in _NAMED.finditer(text):
        yield from _named(match, "Said to be what somebody is called.")
    for match in (*_WEAKLY.finditer(text), *_CALLED.finditer(text)):
        yield from _named(match, "Said to be what a person is called.")
    for match in _JUST_QUOTED.finditer(text):
        yield from _nickname(text, *match.span("quoted"), "A short name in quotation marks.")


def _named(match: re.Match[str], why: str) -> Iterator[Found]:
    found = list(_of(match, why))
    yield from found
    if not found:
        return
    text, end = match.string, match.end()
    while found and (another := _AND_ANOTHER.match(text, end)) and _is_list(match):
        found = list(_of(another, "Listed with another nickname."))
        yield from found
        end = another.end()


def _is_list(match: re.Match[str]) -> bool:
    return bool(re.match(r"(?i)nick-?names|aka|a\.k\.a|known", match[0]))


def _of(match: re.Match[str], why: str) -> Iterator[Found]:
    given = match.groupdict()
    for group in ("quoted", "plain", "small"):
        if given.get(group) is not None:
            yield from _nickname(match.string, *match.span(group), why)


def _nickname(text: str, start: int, end: int, why: str) -> Iterator[Found]:
    written = text[start:end].rstrip(" .,!?;:")
    if not _is_name(written):
        return
    if value := normalise.nickname(written):
        yield Found(Kind.NICKNAME, start, start + len(written), written, value, why)


def _is_name(written: str) -> bool:
    words = normalise.fold(written).split()
    if not words or len(words) > 4 or len(written) > 40 or _PHRASES.match(" ".join(words)):
        return False
    if words[0] == "the" and len(words) > 1 and written[:1].isupper():
        words = words[1:]
    return not _NOT_NAMES.intersection(words)


# --- ages ----------------------------------------------------------------------------------------

_SPOKEN: dict[str, int] = WORDS["numbers"]
_DECADES = {
    "teens": 10, "twenties": 20, "thirties": 30, "forties": 40, "fourties": 40, "fifties": 50,
    "sixties": 60, "seventies": 70,
}  # fmt: skip
_NUMBER = rf"(?:[1-9]\d?|{'|'.join(_SPOKEN)})"
_AGE = rf"(?P<low>{_NUMBER})(?:\s?(?:-|–|/|to|or)\s?(?P<high>{_NUMBER}))?"
_ABOUT = (
    r"(?:(?:only|just|about|around|roughly|nearly|almost|approx(?:imately)?\.?|still|now"
    r"|actually|maybe|probably|both|barely|like|c\.?|circa) )*"
)
#: What follows a number that is no age.
_UNIT = (
    r"(?!\d|[:/%°]|\.\d|\s?[-–]\s?\d|['’\"]\d|\s*(?:and a half\s*)?(?:years?|yrs?) (?:ago"
    r"|later|in)\b"
    rf"|\s*(?:and a half\s*)?(?:{'|'.join(WORDS['units'].split())})\b)"
)
_WHO = (
    r"(?:she|he|who|they|i|both|girl|boy|child|sister|brother|son|daughter|friend|cousin|pt"
    r"|patient|boyfriend|bf|gf"
    r"|girlfriend|partner|client|resident|student|pupil|twins|lad|man|woman|male|female|yp)"
)
_PATTERNS = (
    re.compile(
        rf"(?<![\w.£$/:-])(?:between\s+)?(?P<low>{_NUMBER})(?:\s?(?:-|–|/|to|or"
        rf"|and)\s?(?P<high>{_NUMBER}))?"
        r"[\s-]*(?:(?:years?|yrs?)\.?[\s-]*(?:olds?\b(?! (?:house|building|car|van|block|pub"
        r"|church|wall|tree|phone|dog|cat))|of age\b)|y\s?[/.]?\s?o\b\.?)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w.£$/:-])(?P<low>\d{1,2})yrs?\b(?! (?:ago|later|in|exp|of|now"
        r"|back))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:aged|ages?)\s*:?\s*(?:between )?{_ABOUT}(?P<low>{_NUMBER})\b"
        rf"(?:\s?(?:-|–|/|to|or|and)\s?(?P<high>{_NUMBER})\b)?(?!\s?(?:weeks|months))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_WHO}(?:['’]?s|['’]?re)?\s+(?:(?:is|are|was|were|says? (?:he|she)(?:['’]?s| is)"
        rf"|looks?|looked|looking"
        rf"|seems?|appears?|claims? to be|to be|said)\s+)?{_ABOUT}{_AGE}\b{_UNIT}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:looks?|looked|looking|(?:is|are|was|seems?|appears?)(?: to be)? (?:only|just"
        r"|about|around|barely))\s+"
        rf"{_ABOUT}{_AGE}\b{_UNIT}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:turn(?:s|ed|ing)?)\s+(?:just )?(?P<low>{_NUMBER})\b{_UNIT}", re.IGNORECASE),
    re.compile(r"(?<![\w.])(?P<low>1[3-9]|[2-9]\d)[\s-]?ish\b", re.IGNORECASE),
)
_DECADE = re.compile(
    r"\b(?:(?P<part>early|mid(?:dle)?|late)(?:[ -]+to[ -]+(?:mid|late))?[\s-]+(?P<a>\d0['’]?s"
    r"|[a-z]{5,9})"
    r"|in (?:his|her|their|the) (?P<b>[2-9]0['’]?s|[a-z]{5,9}))\b",
    re.IGNORECASE,
)
_NOT_A_NAME = (
    r"(?!Section|Figure|Fig|Page|Room|Year|Form|Appendix|Set|Part|Table|Item|Log|Route|Flat"
    r"|Chapter|Step|Bus|Unit|Para|No)"
)
_BRACKETS = re.compile(
    rf"(?:\b(?i:{_WHO}|young person)|[\"”’']"
    rf"|\b{_NOT_A_NAME}[A-Z][a-z]{{1,20}}(?: [A-Z])?),? \((?:aged? )?(?P<low>[1-9]\d?)"
    r"(?:\)|[,;]|\s?(?:[mfMF]|yrs?|yo|y/o)\b)"
)
_AFTER_BIRTH = re.compile(
    r"\b(?i:dob|d\.o\.b\.?|born)[\s:]*[\d/.-]{6,10}\s?[,;(]\s?(?:aged?"
    r" )?(?P<low>[1-9]\d?)(?=\s*(?:[,.);]|$))"
)
_PERSON_COMMA = re.compile(
    rf"\b(?i:girl|boy|lad|man|woman|male|female|daughter|son|sister|brother|pupil|student"
    rf"|patient|pt|resident"
    rf"|friend|child|yp),? {_ABOUT}(?P<low>[1-9]\d)(?=\s*[,.);]|\s*$|\s[mfMF]\b)",
    re.MULTILINE,
)


def ages(text: str) -> Iterator[Found]:
    """Ages of people: one, or `youngest-oldest`."""
    for pattern in (*_PATTERNS, _BRACKETS, _AFTER_BIRTH, _PERSON_COMMA):
        for match in pattern.finditer(text):
            yield from _age(match)
    for match in _DECADE.finditer(text):
        yield from _decade(match)


def _age(match: re.Match[str]) -> Iterator[Found]:
    given = match.groupdict()
    low = _number(given["low"])
    high = _number(given["high"]) if given.get("high") else low
    if not 1 <= low <= high <= 99 or high - low > 30:
        return
    value = str(low) if low == high else f"{low}-{high}"
    start = match.start("low")
    end = match.end("high") if given.get("high") else match.end("low")
    # The unit is part of what is marked: `14 year old`.
    if match.end() > end and re.match(r"[\s-]*y", match.string[end : match.end()], re.IGNORECASE):
        end = match.end()
    yield Found(Kind.AGE, start, end, match.string[start:end], value, "Said as somebody’s age.")


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _SPOKEN[written.lower()]


def _decade(match: re.Match[str]) -> Iterator[Found]:
    word = (match["a"] or match["b"]).lower().replace("’", "").replace("'", "")
    tens = int(word[:2]) if word[:1].isdigit() else _DECADES.get(word)
    if tens is None:
        return
    part = (match["part"] or "").lower()[:3]
    if tens == 10:
        low, high = {"ear": (13, 14), "mid": (14, 16), "lat": (17, 19)}.get(part, (13, 19))
    else:
        first, last = {"ear": (0, 3), "mid": (4, 6), "lat": (7, 9)}.get(part, (0, 9))
        low, high = tens + first, tens + last
    why = "An age told by its decade."
    yield Found(Kind.AGE, *match.span(), match[0], f"{low}-{high}", why)


_YEAR = re.compile(
    r"(?<!this )(?<!last )(?<!next )(?<!per )(?<!every )(?<!each )(?<!a )(?<!one )"
    r"\b(?:(?:year|yr)\.?[\s-]?(?P<a>1[0-4]|[1-9])|y(?P<b>1[0-3]"
    r"|[7-9]))(?:['’]?s)?\b(?!\s?(?:/|:|olds?\b|%|\.\d|of the))",
    re.IGNORECASE,
)


def years(text: str) -> Iterator[Found]:
    """School years, 1 to 14."""
    for match in _YEAR.finditer(text):
        value = match["a"] or match["b"]
        yield Found(Kind.YEAR, *match.span(), match[0], value, "A school year.")
