"""Services that keep confidences share what matters, and nobody's name who told."""

from typing import Any

import pytest
from django.urls import reverse

from intelligence.confidential import ConfidentialForm, OutreachForm
from intelligence.models import (
    Alarm,
    Membership,
    Mention,
    Original,
    Sighting,
    SourceIdentity,
    Submission,
)

pytestmark = pytest.mark.django_db

TOLD = {
    "told": "A man waits for her outside and holds her telephone.",
    "happened_on": "2026-03-02",
    "age_from": "14",
    "age_to": "15",
    "nicknames": "Taz",
    "phones": "07700 900482",
    "how_known": "child_about_self",
    "child_at_risk_now": "no",
}
#: What would say who the patient is.
NAMING = {"given_names", "family_name", "date_of_birth", "initials", "identifiers", "nicknames"}


@pytest.mark.parametrize("form", [ConfidentialForm, OutreachForm])
def test_no_field_asks_who_the_patient_is(form):
    asked = set(form().fields)
    assert not asked & (NAMING - {"nicknames"})
    labels = " ".join(str(field.label) for field in form().fields.values()).casefold()
    for word in ("patient's name", "your name", "date of birth", "address", "nhs", "initials"):
        assert word not in labels


@pytest.mark.parametrize("door", ["confidential", "outreach"])
def test_the_page_says_that_no_name_is_needed(cast, sign_in, door):
    page = sign_in(cast.nurse).get(reverse(door)).content.decode()
    assert "We do not ask who" in page


def test_the_young_person_is_a_mention_without_a_name(cast, sign_in, process):
    answer = sign_in(cast.nurse).post(reverse("confidential"), TOLD)

    assert answer.status_code == 302
    payload = Original.objects.get().payload
    young = payload["persons"][0]
    assert not NAMING & set(young)
    assert young == {
        "ref": "c1",
        "role": "child_at_risk",
        "name_withheld": "confidential_service",
        "age_from": 14,
        "age_to": 15,
    }
    assert "reporter" not in payload
    process()
    mention = Mention.objects.get(ref="c1")
    assert (mention.given_names, mention.family_name, mention.nicknames) == ("", "", [])
    assert Mention.objects.get(role="unknown").nicknames == ["Taz"]
    assert Sighting.objects.get().kind == "phone"
    assert not SourceIdentity.objects.exists()


def test_even_the_age_may_be_left_out(cast, sign_in):
    sign_in(cast.nurse).post(reverse("confidential"), TOLD | {"age_from": "", "age_to": ""})
    assert set(Original.objects.get().payload["persons"][0]) == {"ref", "role", "name_withheld"}


def test_what_somebody_posts_besides_is_not_kept(cast, sign_in):
    more = {"given_names": "Una", "family_name": "Vale", "date_of_birth": "2011-04-30"}
    sign_in(cast.nurse).post(reverse("confidential"), TOLD | more)

    assert "Una" not in str(Original.objects.get().payload)
    assert "2011-04-30" not in str(Original.objects.get().payload)


def test_two_patients_of_one_age_are_not_taken_for_one(cast, sign_in, process):
    for sheet in ("W-1", "W-2"):
        said = {"told": "She is afraid.", "nicknames": "", "phones": "", "sheet": sheet}
        sign_in(cast.nurse).post(reverse("confidential"), TOLD | said)
    process()
    theirs = Membership.objects.filter(mention__ref="c1", area=cast.dogger)
    assert len(set(theirs.values_list("cluster", flat=True))) == 2


def test_a_patient_at_risk_now_alarms_the_hub_all_the_same(cast, sign_in):
    said = {"child_at_risk_now": "yes", "why_at_risk": "She is to be collected tonight."}
    sign_in(cast.nurse).post(reverse("confidential"), TOLD | said)

    assert Alarm.objects.get().hub == cast.dogger.hub


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"told": ""}, "Write what worries you"),
        ({"age_from": "16", "age_to": "15"}, "The younger age comes first"),
        ({"happened_on": "2999-01-01"}, "lies in the future"),
        ({"how_known": ""}, "Tell us how you know"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_sent(cast, sign_in, said, told):
    answer = sign_in(cast.nurse).post(reverse("confidential"), TOLD | said)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Submission.objects.exists()


def test_outreach_is_asked_its_own_questions(cast, sign_in):
    said: dict[str, Any] = {
        "met": "met",
        "control": "A man holds her telephone.",
        "since": "Since spring, from Ekofisk.",
    }
    sign_in(cast.nurse).post(reverse("outreach"), TOLD | said)

    payload = Original.objects.get().payload
    assert payload["narrative"].splitlines()[1:] == [
        "Control: A man holds her telephone.",
        "Since: Since spring, from Ekofisk.",
    ]
    assert payload["persons"][0]["name_withheld"] == "confidential_service"


def test_outreach_may_tell_of_a_place_and_of_no_young_person(cast, sign_in):
    said = {"met": "no", "nicknames": "", "places": "The Gull Sauna"}
    sign_in(cast.nurse).post(reverse("outreach"), TOLD | said)

    assert "persons" not in Original.objects.get().payload
    assert Original.objects.get().payload["places"][0]["name"] == "The Gull Sauna"
