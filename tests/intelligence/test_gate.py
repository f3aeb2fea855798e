"""The gate before every form: where to go first, and whom to call."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from partners import roster
from partners.models import ANYWHERE, AuditEvent, LocalPlace
from tests.intelligence.test_quick import Short

pytestmark = pytest.mark.django_db
HUB = "the Dogger hub on 01632 960500, day and night"


@pytest.fixture
def school(cast, sign_in):
    """A teacher's browser."""
    return sign_in(cast.teacher)


def page(client, **asked):
    return client.get(reverse("begin"), asked)


def test_it_says_what_is_urgent_goes_elsewhere_and_that_nobody_watches(school):
    html = page(school).content.decode()
    for words in ("danger now, call 999", "call 101", "does not replace a safeguarding referral"):
        assert words in html
    assert "Nobody reads this service round the clock" in html
    assert str(ANYWHERE) in html


def test_it_names_the_route_of_the_area_and_an_agency_may_have_its_own(cast, school, sign_in):
    roster.name_route(cast.dogger, HUB, by=None)
    roster.name_route(cast.clinic, "the clinic’s own doctor", by=None)
    assert f"Call {HUB}." in page(school).content.decode()
    assert "Call the clinic’s own doctor." in page(sign_in(cast.nurse)).content.decode()
    assert AuditEvent.objects.filter(verb="name referral route").count() == 2


@pytest.mark.parametrize("form", ["submit", "quick"])
def test_no_form_opens_before_the_gate_and_its_answer_is_not_asked_again(school, form):
    assert school.get(reverse(form)).headers["Location"] == reverse("begin")
    assert school.get(reverse(form), {"referral": "x"}).headers["Location"] == reverse("begin")

    opened = page(school, go=form, referral="social_care")
    assert opened.headers["Location"] == f"{reverse(form)}?referral=social_care"
    html = school.get(opened.headers["Location"]).content.decode()
    assert 'name="referral" value="social_care"' in html


def test_whether_somebody_was_told_must_be_answered(school):
    answer = page(school, go="quick")
    assert answer.status_code == 400
    assert "“No, or not yet” is fine." in answer.content.decode()


def test_the_gate_leads_to_the_forms_and_nowhere_else(school):
    assert page(school, go="//example.org", referral="none").status_code == 200


def test_places_of_the_area_are_recognised_and_of_another_are_not(cast, school):
    rows = [
        {"force_area": "dogger", "name": "Sandbank Arcade"},
        {"force_area": "ekofisk", "name": "Petrel House"},
    ]
    assert roster.load_places(rows, by=None) == 2
    assert roster.load_places(rows, by=None) == 0
    short = Short(school, "Seen at sandbank arcade and at Petrel House.")
    assert list(short.chips()) == ["Place: sandbank arcade"]
    short.tick("Place: sandbank arcade")
    assert short.send()["places"] == [{"ref": "pl1", "kind": "other", "name": "sandbank arcade"}]


def test_a_bad_list_of_places_is_refused_whole(cast, tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("force_area,name\ndogger,Sandbank Arcade\nnowhere,Pier\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 3: there is no force area “nowhere”"):
        call_command("load_places", path)
    assert not LocalPlace.objects.exists()


def test_a_route_is_named_from_the_command_line(cast, capsys):
    call_command("name_route", "--area", "dogger", HUB)
    cast.dogger.refresh_from_db()
    assert cast.dogger.referral_route == HUB
    with pytest.raises(CommandError, match="load it first"):
        call_command("name_route", "--agency", "nobody", HUB)
    with pytest.raises(CommandError, match="1 to 300 characters"):
        call_command("name_route", "--area", "dogger", " ")
