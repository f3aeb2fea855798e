"""A correction begins with what was sent, names it, and leaves it as it is."""

import re

from intelligence import correcting
from intelligence.models import Original, Submission

FILLED = {
    "narrative": "Seen by the arcade with Taz.",
    "child_words": "He gave me a phone.",
    "information_date": "2026-03-02",
    "how_known": "told_and_corroborated",
    "corroboration": "A colleague saw it too.",
    "child_at_risk_now": "no",
    "referral": "social_care",
    "referral_reference": "SC-1",
    "risk_if_shared": "on",
    "child_aware": "yes",
    "persons-TOTAL_FORMS": "3",
    "persons-INITIAL_FORMS": "0",
    "persons-0-role": "suspected_offender",
    "persons-0-nicknames": "Taz, Uncle T",
    "persons-2-role": "child_at_risk",
    "persons-2-age_from": "14",
    "persons-2-age_to": "14",
    "phones-TOTAL_FORMS": "1",
    "phones-INITIAL_FORMS": "0",
    "phones-0-number": "07700 900 ?17",
    "phones-0-whose": "p1",
    "vehicles-TOTAL_FORMS": "1",
    "vehicles-INITIAL_FORMS": "0",
    "vehicles-0-registration": "QX00 A?C",
    "vehicles-0-whose": "p3",
    "places-TOTAL_FORMS": "0",
    "places-INITIAL_FORMS": "0",
    "accounts-TOTAL_FORMS": "0",
    "accounts-INITIAL_FORMS": "0",
    "events-TOTAL_FORMS": "1",
    "events-INITIAL_FORMS": "0",
    "events-0-kind": "meeting",
    "events-0-day": "2026-03-01/2026-03-02",
}


def without_refs(payload):
    """What a payload says, with people told by their place: rows left empty leave gaps."""
    refs = {one["ref"]: n for n, one in enumerate(payload["persons"])}
    said = {k: v for k, v in payload.items() if k not in {"reference", "corrects", "relations"}}
    ties = [(refs[one["from"]], one["kind"], one["to"]) for one in payload["relations"]]
    said["persons"] = [{k: v for k, v in p.items() if k != "ref"} for p in payload["persons"]]
    return said, ties


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_sent_unchanged_a_correction_says_the_same_and_names_what_it_corrects(cast, sign_in):
    teacher = sign_in(cast.teacher)
    assert teacher.post("/submissions/new/", FILLED).status_code == 302
    earlier = Original.objects.get()
    page = teacher.get(f"/submissions/{earlier.pk}/correct/").content.decode()
    assert "Seen by the arcade with Taz." in page
    assert hidden(page, "corrects") == earlier.payload["reference"]

    again = dict(correcting.form(earlier.payload)._data)
    answer = teacher.post(f"/submissions/{earlier.pk}/correct/", again)
    assert answer.status_code == 302
    later = Submission.objects.get(corrects=earlier.pk)
    assert without_refs(later.original.payload) == without_refs(earlier.payload)
    assert Original.objects.get(pk=earlier.pk).payload == earlier.payload


def test_the_page_of_what_was_sent_leads_to_its_correction(cast, sign_in):
    teacher = sign_in(cast.teacher)
    teacher.post("/submissions/new/", FILLED)
    row = Submission.objects.get()
    page = teacher.get(f"/submissions/{row.pk}/").content.decode()
    assert f'href="/submissions/{row.pk}/correct/"' in page
