"""The report in seven steps: what each asks, how far each is, and what a draft keeps of it.

The steps are parts of one sheet (`sheet.py`). They come in any order; only the last sends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from intelligence.lists import LISTS
from intelligence.models import Draft
from intelligence.questions import Given
from intelligence.rows import MOST_ROWS
from intelligence.sheet import Sheet, as_posted
from partners.forms import GovBoundField


@dataclass(frozen=True)
class Step:
    """One step: its name in an address, its title, what it asks once, and its lists."""

    slug: str
    title: str
    about: str
    once: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    #: What must be answered before the report is sent; "I do not know" is an answer.
    needed: tuple[str, ...] = ()
    #: Questions that follow from the answer to another: which, and after which answers (`*`: any).
    #: A script shows them then. Without scripts they always show.
    follow: tuple[tuple[str, str, str], ...] = ()

    @property
    def asks(self) -> tuple[str, ...]:
        """Everything that is asked once."""
        return self.once + self.more


STEPS = (
    Step(
        "seen",
        "What you saw or heard",
        "Leave open whatever you do not know.",
        ("narrative", "child_words", "information_date"),
        ("learned_on", "origin_reference", "force_area"),
        ("events", "evidence"),
    ),
    Step(
        "people",
        "People",
        "Young people, people you are worried about, and anyone who was there.",
        lists=("persons", "groups", "relations"),
    ),
    Step(
        "things",
        "Phones and vehicles",
        "Part of a number or registration still helps. Leave this page empty if you know none.",
        lists=("phones", "vehicles"),
    ),
    Step(
        "places",
        "Places and names used online",
        "Where it happens, and how people are reached. Leave this page empty if you know none.",
        lists=("places", "accounts"),
    ),
    Step(
        "known",
        "How you know",
        "You do not grade it: police do. Say how you know, so that they can weigh it.",
        ("how_known", "corroboration", "source_history"),
        ("origin", "reporter_name", "reporter_job", "reporter_contact", "may_contact"),
        ("statements",),
        needed=("how_known",),
        follow=(
            ("corroboration", "how_known", "told_and_corroborated"),
            ("source_history", "how_known", "told_by_another told_and_corroborated"),
        ),
    ),
    Step(
        "sharing",
        "Who may know",
        "Whether anybody is at risk now, who was told, and who must not hear of it.",
        (
            "child_at_risk_now",
            "why_at_risk",
            "referral",
            "referral_reference",
            "risk_if_shared",
            "unsafe_to_tell",
        ),
        (
            "done",
            "sharing_conditions",
            "who_else_knows",
            "child_aware",
            "carer_aware",
            "child_view",
            "interpreter_used",
            "protective_marking",
        ),
        ("referrals",),
        needed=("child_at_risk_now",),
        follow=(
            ("why_at_risk", "child_at_risk_now", "yes"),
            ("referral_reference", "referral", "*"),
        ),
    ),
    Step("send", "Check and send", "Read it once more, then send it.", ("own_reference",)),
)
BY_SLUG = {step.slug: step for step in STEPS}
FIRST, LAST = STEPS[0], STEPS[-1]

#: What is asked once, and by no step: it goes along.
_GO_ALONG = ("corrects",)


@dataclass(frozen=True)
class Progress:
    """A step as the list of steps shows it."""

    step: Step
    number: int
    state: str  #: done, empty, needed or wrong

    @property
    def words(self) -> str:
        """The state in words."""
        return _STATES[self.state]


_STATES = {
    "done": "Done",
    "empty": "Not started",
    "needed": "Needs an answer",
    "wrong": "Has a problem",
}


def after(step: Step) -> Step:
    """The step that follows; the last follows itself."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def answers_of(draft: Draft) -> Given:
    """The answers of a draft as a browser would post the whole sheet."""
    answers: Given = draft.answers
    return as_posted({}) | answers


def sheet_of(draft: Draft, *, judged: bool, with_a_row: Step | None = None) -> Sheet:
    """The sheet with a draft's answers; the lists of one step have a row to begin with."""
    data = answers_of(draft)
    for name in with_a_row.lists if with_a_row else ():
        total = f"{name}-TOTAL_FORMS"
        data[total] = str(max(_number(data.get(total)), LISTS[name].shown))
    return Sheet(data, judged=judged)


def names_of(step: Step) -> set[str]:
    """The fields of a step that are asked once."""
    return set(step.asks)


def typed(step: Step, posted: Any) -> Given:
    """What was posted of a step: its own fields only, each text or a list of texts."""
    kept: Given = {}
    prefixes = tuple(f"{name}-" for name in step.lists if name != "persons")
    for name in posted:
        if name in step.asks or name in _GO_ALONG or name.startswith(prefixes):
            values = posted.getlist(name) if hasattr(posted, "getlist") else [posted[name]]
            several = name.rsplit("-", 1)[-1] in _SEVERAL
            kept[name] = values if several else values[-1]
    for name in step.lists:
        total = f"{name}-TOTAL_FORMS"
        if total in kept:
            kept[total] = str(min(_number(kept[total]), MOST_ROWS))
    return kept


#: Fields of which several may be ticked.
_SEVERAL = frozenset({"about", "also", "vulnerabilities"})


def belonging(step: Step, answers: Mapping[str, Any]) -> Given:
    """What a draft holds of a step, which newly saved answers replace."""
    prefixes = tuple(f"{name}-" for name in step.lists if name != "persons")
    return {
        name: value
        for name, value in answers.items()
        if name in step.asks or name.startswith(prefixes)
    }


def typed_of_row(name: str, number: int, posted: Any) -> Given:
    """What was posted of one row, e.g. of one person; its list grows to hold it."""
    prefix = f"{name}-{number}-"
    kept: Given = {}
    for field in posted:
        if field.startswith(prefix):
            values = posted.getlist(field)
            kept[field] = values if field[len(prefix) :] in _SEVERAL else values[-1]
    return kept


def of_row(name: str, number: int, answers: Mapping[str, Any]) -> Given:
    """What a draft holds of one row."""
    return {k: v for k, v in answers.items() if k.startswith(f"{name}-{number}-")}


def grown(name: str, answers: Mapping[str, Any], *, to: int) -> Given:
    """The number of rows of a list, at least `to`."""
    total = f"{name}-TOTAL_FORMS"
    return {total: str(min(max(_number(answers.get(total)), to), MOST_ROWS))}


def without_row(name: str, number: int, answers: Mapping[str, Any]) -> Given:
    """The answers without a row, and without whatever named it. Other rows keep their numbers."""
    ref = f"{LISTS[name].letter}{number + 1}"
    gone = of_row(name, number, answers)
    kept = {k: v for k, v in answers.items() if k not in gone}
    for field, value in list(kept.items()):
        if value == ref and field.rsplit("-", 1)[-1] in _NAMES_A_ROW:
            del kept[field]
        elif isinstance(value, list) and ref in value:
            kept[field] = [one for one in value if one != ref]
    total = f"{name}-TOTAL_FORMS"
    if _number(kept.get(total)) == number + 1:
        kept[total] = str(number)
    return kept


_NAMES_A_ROW = frozenset({"whose", "place", "one", "other"})


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() else 0


def progress(sheet: Sheet, answers: Mapping[str, Any]) -> list[Progress]:
    """How far each step is, by a sheet that has been judged."""
    return [Progress(step, n, _state(step, sheet, answers)) for n, step in enumerate(STEPS, 1)]


def _state(step: Step, sheet: Sheet, answers: Mapping[str, Any]) -> str:
    said = [name for name in step.asks if answers.get(name)]
    rows = [form for name in step.lists for form in sheet.sets[name].forms if form.given("x")]
    missing = [name for name in step.needed if not answers.get(name)]
    if set(sheet.report.errors) & set(step.asks) - set(missing) or any(
        form.errors for name in step.lists for form in sheet.sets[name].forms
    ):
        return "wrong"
    if missing:
        return "needed"
    return "done" if rows or said else "empty"


def wrong(sheet: Sheet) -> Iterator[tuple[Step, str, str]]:
    """Everything wrong on a sheet that has been judged: the step, the field's id, the sentence."""
    for step in STEPS:
        for name in step.asks:
            field = cast("GovBoundField", sheet.report[name])
            yield from ((step, field.first_id, str(text)) for text in field.errors)
        for name in step.lists:
            for form in sheet.sets[name].forms:
                yield from _wrong_in(step, form)
    yield from ((FIRST, "", str(text)) for text in sheet.report.non_field_errors())


def _wrong_in(step: Step, form: Any) -> Iterator[tuple[Step, str, str]]:
    for field in form:
        where = f"{form.title}, {field.label.lower().rstrip('?')}"
        yield from ((step, field.first_id, f"{where}: {text}") for text in field.errors)
    yield from ((step, form.prefix, f"{form.title}: {text}") for text in form.non_field_errors())
