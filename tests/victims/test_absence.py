"""Absence from education becomes a submission, and is kept nowhere else."""

import pytest
from django.urls import reverse

from intelligence.models import Event, Mention, Original, Submission
from victims.models import MissingEpisode

pytestmark = pytest.mark.django_db

TOLD = {
    "given_names": "Una",
    "family_name": "Vale",
    "first_day": "2026-03-02",
    "last_day": "2026-03-13",
    "pattern": "weekly",
    "sessions": "6",
    "reason": "Her aunt wrote that she was ill.",
    "worry": "A silver car waits at the gate on those days.",
    "how_known": "first_hand",
    "child_at_risk_now": "no",
}


def test_an_absence_is_sent_with_its_days_pattern_sessions_and_reason(cast, sign_in, process):
    answer = sign_in(cast.teacher).post(reverse("absence"), TOLD)

    sent = Submission.objects.get()
    assert answer.headers["Location"] == reverse("submission", args=[sent.pk])
    process()
    event = Event.objects.get()
    assert event.kind == "absence_from_education"
    assert event.details["when"] == {"from": "2026-03-02", "to": "2026-03-13", "repeats": "weekly"}
    assert event.details["description"].splitlines() == [
        "Sessions missed: 6",
        "Reason given: Her aunt wrote that she was ill.",
    ]
    assert Mention.objects.get().role == "child_at_risk"
    assert "silver car" in Original.objects.get().payload["narrative"]
    assert not MissingEpisode.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"given_names": "", "family_name": ""}, "Enter a name"),
        ({"first_day": ""}, "Enter the day"),
        ({"last_day": "2026-03-01"}, "cannot come before the first"),
        ({"last_day": "2999-03-01"}, "lies in the future"),
        ({"pattern": ""}, "Say how often"),
        ({"how_known": ""}, "Tell us how you know"),
        ({"sessions": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_sent(cast, sign_in, said, told):
    answer = sign_in(cast.teacher).post(reverse("absence"), TOLD | said)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Submission.objects.exists()


def test_sending_the_same_page_twice_is_one_submission(cast, sign_in):
    browser, said = sign_in(cast.teacher), TOLD | {"sheet": "W-000000000002"}
    browser.post(reverse("absence"), said)

    assert browser.post(reverse("absence"), said).status_code == 302
    assert browser.post(reverse("absence"), said | {"sessions": "7"}).status_code == 409
    assert Submission.objects.count() == 1
