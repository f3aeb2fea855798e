"""A correction: a report begun with what was sent before, which it names and leaves as it is."""

from collections.abc import Iterator, Mapping

from intelligence.lists import LISTS
from intelligence.questions import Given
from intelligence.rows import HOW_TOLD, ObjectForm
from intelligence.rows_told import RelationForm, StatementForm
from intelligence.sheet import as_posted

_PROVENANCE = ("how_known", "corroboration", "source_history", "origin")
_AS_IT_IS = (
    "information_date",
    "learned_on",
    "narrative",
    "origin_reference",
    "force_area",
    "protective_marking",
)
_HOW = {words: how for how, (words, _) in HOW_TOLD.items()}


def answers(earlier: Given) -> Given:
    """All of an earlier payload that the questions have a place for, as somebody would type it."""
    rows, words = _rows(_renamed(earlier))
    referrals = rows["referrals"]
    first = referrals.pop(0) if referrals and "on" not in referrals[0] else {}
    once = _once(earlier) | {
        "child_words": words,
        "referral": first.get("to"),
        "referral_reference": first.get("reference"),
    }
    return {name: value for name, value in once.items() if value} | as_posted(rows)


def _once(earlier: Given) -> Given:
    sharing, urgency = earlier.get("sharing", {}), earlier.get("urgency", {})
    awareness, reporter = earlier.get("awareness", {}), earlier.get("reporter", {})
    return {
        "corrects": earlier["reference"],
        "child_at_risk_now": urgency.get("child_at_risk_now"),
        "why_at_risk": urgency.get("why"),
        "done": urgency.get("done"),
        "sharing_conditions": sharing.get("conditions"),
        "risk_if_shared": "on" if sharing.get("risk_if_shared") else None,
        "who_else_knows": sharing.get("who_else_knows"),
        "child_aware": awareness.get("child"),
        "carer_aware": awareness.get("carer"),
        **{name: awareness.get(name) for name in ("child_view", "unsafe_to_tell")},
        "interpreter_used": awareness.get("interpreter_used"),
        **{f"reporter_{name}": reporter.get(name) for name in ("name", "job", "contact")},
        "may_contact": reporter.get("may_contact"),
        **{name: earlier["provenance"].get(name) for name in _PROVENANCE},
        **{name: earlier.get(name) for name in _AS_IT_IS},
    }


def _renamed(earlier: Given) -> Given:
    """The payload with the refs that its rows will have in the form."""
    refs = {
        row["ref"]: f"{listed.letter}{number}"
        for listed in LISTS.values()
        for number, row in enumerate(earlier.get(listed.member, ()), start=1)
        if "ref" in row
    }

    def renamed(row: Given) -> Given:
        changed = {name: refs.get(row[name], row[name]) for name in _NAMES if name in row}
        about = {"about": [refs.get(ref, ref) for ref in row["about"]]} if "about" in row else {}
        return row | changed | about

    return earlier | {
        listed.member: [renamed(row) for row in earlier[listed.member]]
        for listed in LISTS.values()
        if listed.member in earlier
    }


_NAMES = ("ref", "from", "to", "place")


def _rows(said: Given) -> tuple[dict[str, list[Given]], str]:
    """The rows of each list, and the young person's own words, which are asked apart."""
    rows = {
        name: [listed.form.typed(row) | {"": row.get("ref")} for row in said.get(listed.member, ())]
        for name, listed in LISTS.items()
        if name not in {"relations", "statements", "referrals"}
    }
    by_ref = {row.pop(""): (name, row) for name, listed in rows.items() for row in listed}
    rows["relations"] = list(_relations(said, by_ref))
    words: list[str] = []
    rows["statements"] = list(_statements(said, by_ref, words))
    told = said.get("sharing", {}).get("referrals", ())
    rows["referrals"] = [LISTS["referrals"].form.typed(row) for row in told]
    return rows, "\n".join(words)


ByRef = Mapping[str | None, tuple[str, Given]]


def _relations(said: Given, by_ref: ByRef) -> Iterator[Given]:
    """The relations but those that a row says as its own `Whose?`."""
    for row in said.get("relations", ()):
        name, thing = by_ref.get(row["to"], ("", {}))
        form = LISTS[name].form if name else None
        is_own = (
            form is not None
            and issubclass(form, ObjectForm)
            and row["kind"] == form.relation
            and by_ref.get(row["from"], ("",))[0] == "persons"
            and set(row) <= {"ref", "from", "to", "kind"}
            and "whose" not in thing
        )
        if is_own:
            thing["whose"] = row["from"]
        else:
            yield RelationForm.typed(row)


def _statements(said: Given, by_ref: ByRef, words: list[str]) -> Iterator[Given]:
    """The statements but those that a row says of how it alone is known, and a young person's
    own words, which go to `words`.
    """
    for row in said.get("statements", ()):
        about = row.get("about", ())
        thing = by_ref[about[0]][1] if len(about) == 1 and about[0] in by_ref else None
        how = _HOW.get(row["text"])
        if thing is not None and how and row.get("provenance") == {"how_known": how}:
            thing["how_known"] = how
        elif set(row) <= {"ref", "text", "basis"} and row["basis"] == "child_words":
            words.append(row["text"])
        else:
            yield StatementForm.typed(row)
