"""Names used online: `@name`, a link to a profile, or a name said beside an app's."""

import re
from collections.abc import Iterator

from intelligence.reading.found import Found, Kind
from intelligence.reading.words import WORDS
from linking import normalise

#: How an app is written, and what it is called.
_APPS: dict[str, str] = WORDS["apps"]
_CALLED = {normalise.fold(app).replace(" ", ""): app for app in (*_APPS.values(), "Email")}
_SITES: dict[str, str] = WORDS["sites"]
_APP = rf"(?:{'|'.join(sorted(_APPS, key=len, reverse=True))})"
_NAME = r"[A-Za-z0-9_](?:[\w.\-]{0,28}[\w])(?:#\d{4})?"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,3}(?!\w)"
)
_LINK = re.compile(
    rf"(?:https?://)?(?:www\.|m\.)?\b(?P<site>{'|'.join(re.escape(site) for site in _SITES)})/"
    r"(?:add/|u/|user/|@)?(?P<name>[\w.\-]{2,30})",
    re.IGNORECASE,
)
_AT = re.compile(rf"(?<![\w@/.])@(?P<name>{_NAME})")
_SAYS = r"(?:name|username|user ?name|user|handle|id|tag|account name|profile name)"
_BESIDE = re.compile(
    rf"\b(?P<app>{_APP})\b(?P<says>(?:['’]s)?[ ,]*(?:\b(?:account|acc|page|profile|{_SAYS})\b)?"
    rf"[ ]*(?:\b(?:is|was|as|called|under|by)\b)?[ ]*[:=–-]?[ ]*\(?)(?P<quote>[\"'“‘]?)"
    rf"(?P<name>{_NAME})",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"\b(?P<says>(?:user ?name|handle|gamer ?tag|screen ?name|user id)\b[ ]*(?:is"
    rf"|was)?[ ]*[:=–-]?[ ]*)"
    rf"(?P<quote>[\"'“‘]?)(?P<name>{_NAME})",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<![\w@.])(?P<name>{_NAME})[\"'”’]?\s+(?:\(|on |from )(?:\w+ )?(?P<app>{_APP})\b",
    re.IGNORECASE,
)
_UNDERSCORED = re.compile(r"(?<![\w@./:-])(?=[\w.]*[A-Za-z])[A-Za-z0-9][\w.]*_[\w.]*\w")
_ANY_APP = re.compile(rf"\b{_APP}\b", re.IGNORECASE)
_TWO_WORDS = re.compile(r"[A-Z][\w’'-]+ [A-Z][\w’'-]+")
_NEVER = re.compile(
    r"\d+(?:[.:]\d+)?(?:am|pm|st|nd|rd|th|yo|yrs?|s|k|gb|hrs)?$|\d[\d.:-]*$|\d{1,2}-year.*",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(WORDS["no_names"].split())


def handles(text: str) -> Iterator[Found]:
    """E-mail addresses, links, `@names`, and names beside the name of an app."""
    for match in _EMAIL.finditer(text):
        yield from _found(text, *match.span(), "Email", "An e-mail address.")
    for match in _LINK.finditer(text):
        site = _SITES[match["site"].lower()]
        yield from _found(text, *match.span("name"), site, f"A link to {site}.")
    for match in _AT.finditer(text):
        if not _NEVER.match(match["name"]) and match["name"].lower() not in _NO_NAMES:
            start, end = match.span("name")
            yield from _found(text, start - 1, end, _nearest(text, start, end), "A name after @.")
    for match in _BESIDE.finditer(text):
        if _is_said(match, match["says"]):
            app = _APPS[match["app"].lower()]
            start, end = _whole(match)
            yield from _found(text, start, end, app, f"Said beside {app}.")
    yield from _without_app(text)


def app_of(find: Found) -> str:
    """What the app of an account is called; empty where the text does not say."""
    app = find.value.split(":", 1)[0]
    return _CALLED.get(app, "")


def _without_app(text: str) -> Iterator[Found]:
    for match in _SAID.finditer(text):
        if _is_said(match, match["says"], needs=r"is|was|[:=]|name"):
            start, end = match.span("name")
            yield from _found(
                text, start, end, _nearest(text, start, end), "Said to be a username."
            )
    for match in _BEFORE.finditer(text):
        if _looks_made_up(match["name"]):
            app = _APPS[match["app"].lower()]
            yield from _found(text, *match.span("name"), app, f"Said beside {app}.")
    for match in _UNDERSCORED.finditer(text):
        app = _nearest(text, *match.span())
        yield from _found(text, *match.span(), app, "Written as only names used online are.")


def _is_said(match: re.Match[str], says: str, needs: str = r"[:=]|as\b|{name}") -> bool:
    """Is the word after it a name? One that is made up is; a plain one only after a plain"
    " lead.
    """
    name = match["name"]
    if _NEVER.match(name) or name.lower() in _NO_NAMES or not re.search(r"[A-Za-z]", name):
        return False
    if match["quote"]:
        return bool(re.match("[\"'”’]", match.string[match.end() :]))
    if _looks_made_up(name):
        return True
    return bool(re.search(needs.replace("{name}", rf"\b{_SAYS}\b"), says, re.IGNORECASE))


def _looks_made_up(name: str) -> bool:
    """Has it a digit, an underscore, a dot inside, or a capital inside?"""
    if _NEVER.match(name):
        return False
    return bool(re.search(r"\d.*[A-Za-z]|[A-Za-z].*\d|_|\w\.\w|[a-z][A-Z]", name))


def _whole(match: re.Match[str]) -> tuple[int, int]:
    """The span of the name; on Facebook both words of it."""
    start, end = match.span("name")
    two = _TWO_WORDS.match(match.string, start)
    if _APPS[match["app"].lower()] == "Facebook" and two:
        return two.span()
    return start, end


def _nearest(text: str, start: int, end: int) -> str:
    """The app named last before, or right after, in the same line."""
    before = [*_ANY_APP.finditer(text[max(0, start - 40) : start].rsplit("\n", 1)[-1])]
    if before:
        return _APPS[before[-1][0].lower()]
    after = re.match(rf"\s*(?:on|\(|,)\s*(?:\w+ )?({_APP})\b", text[end : end + 30], re.IGNORECASE)
    return _APPS[after[1].lower()] if after else ""


def _found(text: str, start: int, end: int, app: str, why: str) -> Iterator[Found]:
    written = text[start:end]
    if value := normalise.handle(app, written).value:
        yield Found(Kind.HANDLE, start, end, written, value, why)
