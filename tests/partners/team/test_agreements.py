"""Sharing agreements: what an agency receives under, and what happens when one runs out."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from partners.models import SharingAgreement
from partners.team import agreements
from tests.factories import submission
from tests.scene import make_scene


def end(agency, days):
    """Let all its agreements end so many days from now."""
    until = timezone.localdate() + timedelta(days=days)
    SharingAgreement.objects.filter(agency=agency).update(expires_on=until)


def renew(**changes):
    today = timezone.localdate()
    options = {
        "title": "Partnership agreement",
        "purpose": "To keep children from harm.",
        "signed": today,
        "from": today,
        "review": today + timedelta(days=180),
        "until": today + timedelta(days=365),
    } | changes
    given = [f"--{name}={value}" for name, value in options.items()]
    call_command("renew_agreement", "silverpit-school", *given, stdout=(out := StringIO()))
    return out.getvalue()


def test_an_agreement_that_ran_out_pauses_receiving_and_never_submitting(cast, sign_in, submit):
    scene = make_scene(cast)
    shared = f"/reports/{scene.ids['shared report']}/"
    lead = sign_in(cast.head)
    assert lead.get(shared).status_code == 200

    end(cast.school, -1)
    page = lead.get("/team/").content.decode()
    assert lead.get(shared).status_code == 404
    assert "Receiving is paused." in page
    assert "You can share concerns as always." in page
    receipt = submit(submission(), by=cast.teacher)
    assert lead.get(f"/submissions/{receipt.submission}/").status_code == 200

    renew()
    assert lead.get(shared).status_code == 200
    assert "To keep children from harm." in lead.get("/team/").content.decode()


def test_the_desk_is_told_whom_it_cannot_reach(cast, sign_in):
    scene = make_scene(cast)
    report = scene.ids["school's report"]
    address = f"/reports/{report}/sharing/"
    desk = sign_in(cast.supervisor)
    words = "Silverpit School (receives nothing: no current agreement)"
    assert words not in desk.get(address).content.decode()

    end(cast.school, -1)
    assert words in desk.get(address).content.decode()


@pytest.mark.parametrize(("days", "soon"), [(61, False), (60, True), (0, True)])
def test_a_lead_is_told_in_time_that_an_agreement_ends(cast, days, soon):
    end(cast.school, days)
    assert agreements.standing(cast.school).ends_soon is soon


def test_a_review_that_is_due_is_told(cast, sign_in):
    renew(review=timezone.localdate() + timedelta(days=30))
    SharingAgreement.objects.filter(title="Sharing").delete()

    assert "Due" in sign_in(cast.head).get("/team/").content.decode()


def test_an_agreement_that_ends_before_it_starts_is_refused(cast):
    with pytest.raises(CommandError, match="ends after it starts"):
        renew(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(CommandError, match="reviewed in between"):
        renew(review=timezone.localdate() + timedelta(days=999))
