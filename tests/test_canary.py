"""The canary crawl: no word of a hidden row in any answer, and every row that is shown is logged.

Every text field of every submission of a random world holds a word that stands nowhere else; so do
the sanitised texts and the reasons of decisions. Each person asks every address with every id there
is, follows every link, and sends every form, filled in well and badly.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max
from django.urls import resolve, reverse

from intelligence.models import (
    CommunityMessage,
    Decision,
    Membership,
    Mention,
    Question,
    QueueItem,
    Report,
    Submission,
)
from partners.models import AuditEvent, User
from tests import worlds, worlds_of_forms
from tests.conftest import WebClient
from tests.oracle import DESK, MAY_SEE_ANY, Oracle
from tests.scene import bearer
from tests.test_architecture import doors
from tests.test_doors import BODIES, PLACE, offered
from tests.test_visibility import plain_rows
from victims.models import MissingEpisode

pytestmark = pytest.mark.django_db

WORD = re.compile(rb"zq[a-z2-7]{14}")
#: Fields of `worlds.payload` that say who told the agency.
SOURCE = ("reporter", "job", "contact")
#: Fields that are kept with the original alone.
ORIGINAL = (
    "reference",
    "origin_reference",
    "corroboration",
    "narrative",
    "who_else",
    "conditions",
)
#: Fields that become rows of their own, seen with the report's contents.
CONTENT = (
    "given_names",
    "family_name",
    "nickname",
    "description",
    "other",
    "phone",
    "as",
    "make",
    "marks",
    "place",
    "address",
    "place_note",
    "handle",
    "event",
    "group",
    "statement",
    "relation",
    "why",
)


@dataclass(frozen=True)
class Canary:
    """One word: where it stands, who may read it, and ids of which the log names one."""

    place: str
    may_read: Callable[[User], bool]
    ids: frozenset[uuid.UUID]


@dataclass
class Crawl:
    """What one person was answered, and what is wrong with it."""

    person: User
    since: int  #: the last row of the log before it
    answers: int = 0
    seen: set[bytes] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def canaries(world: worlds.World, seed: int) -> dict[bytes, Canary]:
    """Every word of a world. The oracle says who may read it."""
    sage = Oracle(world, plain_rows())
    mentions = defaultdict(set)
    for row in sage.rows["Mention"]:
        mentions[row["submission_id"]].add(row["id"])
    words: dict[str, Canary] = {}
    for number, sent in enumerate(world.sent):
        ids = frozenset({sent.submission, sent.report, *mentions[sent.submission]})
        for place in (*SOURCE, *ORIGINAL, *CONTENT):
            may = partial(_may_read, sage, sent, place)
            words[worlds.canary(f"{seed}/{number}", place)] = Canary(place, may, ids)
        words[worlds.canary(str(sent.report), "text")] = Canary(
            "sanitised text", partial(_may_see_report, sage, sent), ids
        )
    judged = defaultdict(list)
    for row in sage.rows["Decision"]:
        judged[row["reason"].split()[-1]].append((row["left_id"], row["right_id"]))
    for word, pairs in judged.items():
        may = partial(_may_see_any, sage, pairs)
        words[word] = Canary("reason", may, frozenset(one for pair in pairs for one in pair))
    for place, rows in (("question", sage.rows["Question"]), ("answer", sage.rows["Answer"])):
        for row in rows:
            may = partial(_may_see_written, sage, place.title(), row["text"])
            about = sage.asked[row.get("question_id", row["id"])]["submission_id"]
            ids = frozenset({about, sage.by_submission[about].report})
            words[row["text"].split()[-1]] = Canary(place, may, ids)
    words |= _of_missing(sage, seed) | _of_messages(sage)
    held = str(sage.rows).lower()
    return {word.lower().encode(): canary for word, canary in words.items() if word.lower() in held}


def _of_missing(sage: Oracle, seed: int) -> dict[str, Canary]:
    """The words of missing episodes, and those said in the interviews after them."""
    words = {}
    for model, places in (
        ("MissingEpisode", worlds_of_forms.MISSED),
        ("ReturnInterview", worlds_of_forms.SPOKEN),
    ):
        for number in range(len(sage.rows[model])):
            for place in places:
                word = worlds.canary(f"{seed}/missing/{number}", place)
                row = next(row for row in sage.rows[model] if row[place] == word)
                may = partial(_may_see_row, sage, model, row["pk"])
                words[word] = Canary(place, may, frozenset({*row["pk"]}))
    return words


def _of_messages(sage: Oracle) -> dict[str, Canary]:
    """The words of people without an account, and of the logs of homes."""
    return {
        row[place]: Canary(
            f"{place} of {model}",
            partial(_may_see_row, sage, model, row["pk"]),
            frozenset({*row["pk"]}),
        )
        for model, places in (
            ("CommunityMessage", worlds_of_forms.WRITTEN),
            ("Visit", worlds_of_forms.LOGGED),
        )
        for row in sage.rows[model]
        for place in places
    }


def _may_see_row(sage: Oracle, model: str, pk: Any, person: User) -> bool:
    return pk in sage.visible(model, person)


def _may_read(sage: Oracle, sent: worlds.Sent, place: str, person: User) -> bool:
    if person.role not in MAY_SEE_ANY:
        return False
    if place in SOURCE:
        return bool(sent.person == person.pk)
    return sage.sent(person, sent) or (place in CONTENT and sage.content(person, sent))


def _may_see_report(sage: Oracle, sent: worlds.Sent, person: User) -> bool:
    return person.role in MAY_SEE_ANY and sage.report(person, sent)


def _may_see_written(sage: Oracle, model: str, text: str, person: User) -> bool:
    """May they see one of the questions, or answers, in these words?"""
    same = {row["pk"] for row in sage.rows[model] if row["text"] == text}
    return bool(same & sage.visible(model, person))


def _may_see_any(sage: Oracle, pairs: Iterable[tuple[Any, Any]], person: User) -> bool:
    if person.role == "auditor":
        return True  # every reason that was given stands in the log
    return person.role in MAY_SEE_ANY and any(sage.pair(person, *pair) for pair in pairs)


def crawl(person: User, words: dict[bytes, Canary]) -> Crawl:
    """Ask everything, as one person."""
    last = AuditEvent.objects.aggregate(seq=Max("seq"))["seq"]
    found = Crawl(person, since=last or 0)
    client = WebClient()
    client.force_login(person)
    token = bearer(person)
    waiting, asked = list(_addresses()), {"/sign-out/"}
    posted = {door for door, method in offered() if method == "POST"}
    while waiting:
        address = waiting.pop()
        if address in asked:
            continue
        asked.add(address)
        headers = token if address.startswith("/api/") else {}
        for method, data in _requests(address, posted):
            with transaction.atomic():
                response = getattr(client, method)(address, data, headers=headers)
                _judge(found, f"{method} {address}", response, words)
                transaction.set_rollback(True)
            waiting += _links(address, response)
    return found


#: Which ids an address is asked with; a door that is not named here is asked with every one.
#: Any id at the door of another kind is tried by `test_doors`.
_OF = {
    "submission": Submission,
    "withdraw": Submission,
    "correct": Submission,
    "api-submission": Submission,
    "report": Report,
    "answer-sender": Report,
    "question": Question,
    "person": Mention,
    "young-person": Mention,
    "proposal": Mention,
    "merge": Mention,
    "split": Mention,
    "history": Mention,
    "retry": QueueItem,
    "message": CommunityMessage,
    "episode": MissingEpisode,
    "episode-change": MissingEpisode,
    "episode-send": MissingEpisode,
    "interview": MissingEpisode,
}


def _addresses() -> Iterator[str]:
    known = {
        *Decision._base_manager.values_list("act", flat=True),
        *Membership._base_manager.values_list("core", flat=True),
        *Membership._base_manager.values_list("cluster_id", flat=True),
    }
    of = {
        door: set(model._base_manager.values_list("pk", flat=True)) for door, model in _OF.items()
    }
    of["decision"] = set(Decision._base_manager.values_list("act", flat=True))
    everything = known.union(*of.values())
    for route, name, _ in doors():
        if "<" not in route:
            yield reverse(name)
            continue
        for one in of.get(name, everything):
            yield reverse(name, kwargs={PLACE.get(name, "pk"): one})


#: Sent besides the bodies of `test_doors`: the names of young people, for a reason.
_MORE = {
    "report": {"show_names": "1", "names-reason": "Strategy meeting today."},
    "proposal": {"show_names": "1", "names-reason": "Strategy meeting today."},
}


def _requests(address: str, posted: set[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    yield "get", None
    door = str(resolve(address.partition("?")[0]).view_name)
    if door not in posted or "?" in address:
        return
    yield "post", {}
    for body in (BODIES.get(door), _MORE.get(door)):
        if body:
            yield "post", body


def _links(address: str, response: Any) -> Iterator[str]:
    going = response.headers.get("Location", "")
    if going.startswith("/"):
        yield going
    if "html" not in response.headers.get("Content-Type", ""):
        return
    for link in re.findall(r'href="([^"#]+)', response.content.decode()):
        link = link.replace("&amp;", "&")
        if link.startswith("?"):
            yield address.partition("?")[0] + link
        elif link.startswith("/") and not link.startswith(("/static/", "//")):
            yield link


def _judge(found: Crawl, what: str, response: Any, words: dict[bytes, Canary]) -> None:
    found.answers += 1
    assert response.status_code < 500, f"{found.person.username}: {what}"
    whole = b"\n".join(
        [response.content, *(f"{k}: {v}".encode() for k, v in response.headers.items())]
        + [cookie.value.encode() for cookie in response.cookies.values()]
    )
    shown = set(WORD.findall(whole.lower())) & set(words)
    found.seen |= shown
    if not shown:
        return
    rows = AuditEvent.objects.filter(seq__gt=found.since, actor=found.person.pk)
    logged = {one for ids in rows.values_list("object_ids", flat=True) for one in ids}
    for word in shown:
        canary = words[word]
        says = f"{found.person.username}: {what} shows {canary.place}"
        if not canary.may_read(found.person):
            found.problems.append(f"{says} of a hidden row")
        if not canary.ids & logged and found.person.role != "auditor":
            found.problems.append(f"{says} of a row that the log does not name")


def crawl_all(
    seed: int, *, submissions: int, roles: Iterable[str] = worlds.ROLES
) -> tuple[list[Crawl], dict[bytes, Canary]]:
    """A world, crawled by that person of each role who may read the most."""
    world = worlds.make_world(seed, submissions=submissions)
    words = canaries(world, seed)
    chosen = [
        max(world.having(role), key=lambda person: len(readable(person, words))) for role in roles
    ]
    return [crawl(person, words) for person in chosen], words


def readable(person: User, words: dict[bytes, Canary]) -> set[bytes]:
    """The words that this person may read."""
    return {word for word, canary in words.items() if canary.may_read(person)}


def problems(crawls: list[Crawl]) -> list[str]:
    """Everything that is wrong with some crawls."""
    return [said for one in crawls for said in one.problems]


def blind_spots(crawls: list[Crawl], words: dict[bytes, Canary]) -> list[str]:
    """What should have been seen and was not: a crawl that sees nothing proves nothing.

    Whoever may read anything of a row sees some of it, and every field is seen by somebody; who
    told the agency is shown on no page.
    """
    missed = []
    for one in crawls:
        told = [words[word] for word in readable(one.person, words)]
        rows = {canary.ids for canary in told if _has_a_page(one.person, canary)}
        rows -= {words[word].ids for word in one.seen}
        missed += [f"{one.person.username} saw nothing of {sorted(ids)}" for ids in rows]
    seen = {words[word].place for one in crawls for word in one.seen}
    return missed + sorted({canary.place for canary in words.values()} - {*SOURCE, *seen})


def _has_a_page(person: User, canary: Canary) -> bool:
    """Decisions are shown at the desk, and in the log; submitters are shown what was sent."""
    if canary.place == "reason":
        return person.role in {*DESK, "auditor"}
    return person.role != "submitter" or canary.place in {*ORIGINAL, "question", "answer"}


#: Everybody whose pages differ: analysts and intelligence officers see what a supervisor sees.
_SOME = ("submitter", "lead", "mash", "supervisor", "investigator", "commissioner", "auditor")


def note(record_property: Callable[[str, object], None], crawls: list[Crawl], words: int) -> None:
    """Say what was looked at."""
    record_property("people", len(crawls))
    record_property("answers", sum(one.answers for one in crawls))
    record_property("words", words)
    record_property("seen by whom they are hidden from", len(problems(crawls)))


def test_no_answer_holds_a_word_of_a_hidden_row_and_what_is_shown_is_logged(record_property):
    crawls, words = crawl_all(31, submissions=4, roles=_SOME)
    note(record_property, crawls, len(words))

    assert problems(crawls) == []
    assert blind_spots(crawls, words) == []
    told = {one.person.role for one in crawls if one.seen}
    assert told == {*_SOME} - {"commissioner"}, "choose a world that tells each of them something"
    assert sum(one.answers for one in crawls) > 900


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200, 202))
def test_no_answer_holds_a_word_of_a_hidden_row_in_many_worlds(seed, record_property):
    crawls, words = crawl_all(seed, submissions=8)
    note(record_property, crawls, len(words))

    assert problems(crawls) == []
    assert blind_spots(crawls, words) == []
