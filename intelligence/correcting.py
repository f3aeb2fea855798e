"""A correction: the form filled with what was sent before, which it names and leaves as it is."""

from collections.abc import Mapping, Sequence

from intelligence.forms import LISTS, SubmissionForm, as_posted, new_sheet
from intelligence.questions import Given


def form(earlier: Given) -> SubmissionForm:
    """The one-page form with all of an earlier payload that it has a place for, unjudged."""
    return SubmissionForm(_once(earlier) | as_posted(_rows(earlier)), judged=False)


def _once(earlier: Given) -> Given:
    sharing, urgency = earlier.get("sharing", {}), earlier.get("urgency", {})
    referral: Given = next(iter(sharing.get("referrals", ())), {})
    words = [s["text"] for s in earlier.get("statements", ()) if s.get("basis") == "child_words"]
    awareness = earlier.get("awareness", {})
    said = {
        "sheet": new_sheet(),
        "corrects": earlier["reference"],
        "information_date": earlier["information_date"],
        "narrative": earlier.get("narrative"),
        "child_words": "\n".join(words),
        "child_at_risk_now": urgency.get("child_at_risk_now"),
        "why_at_risk": urgency.get("why"),
        "sharing_conditions": sharing.get("conditions"),
        "risk_if_shared": "on" if sharing.get("risk_if_shared") else None,
        "who_else_knows": sharing.get("who_else_knows"),
        "referral": referral.get("to"),
        "referral_reference": referral.get("reference"),
        "child_aware": awareness.get("child"),
        "carer_aware": awareness.get("carer"),
        **{name: earlier["provenance"].get(name) for name in _PROVENANCE},
    }
    return {name: value for name, value in said.items() if value}


_PROVENANCE = ("how_known", "corroboration", "source_history")


def _rows(earlier: Given) -> Mapping[str, Sequence[Given]]:
    people = {one["ref"]: f"p{n}" for n, one in enumerate(earlier.get("persons", ()), start=1)}
    ties = {
        one["to"]: people[one["from"]]
        for one in earlier.get("relations", ())
        if one["from"] in people
    }
    return {
        name: [
            _row(given, listed.form.base_fields, ties) for given in earlier.get(listed.member, ())
        ]
        for name, listed in LISTS.items()
    }


def _row(given: Given, fields: Mapping[str, object], ties: Mapping[str, str]) -> Given:
    row = {name: value for name, value in given.items() if name in fields}
    if "nicknames" in row:
        row["nicknames"] = ", ".join(row["nicknames"])
    if "day" in fields and (when := given.get("when")):
        row["day"] = "/".join(when[end] for end in ("from", "to") if end in when)
    if "whose" in fields and given["ref"] in ties:
        row["whose"] = ties[given["ref"]]
    return row
