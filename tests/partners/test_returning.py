"""A session ends, or the screen is hidden, while somebody writes: nothing is lost or shown."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from cse_profile.processes import ROOT
from intelligence.models import Draft, Submission
from partners import returning
from partners.models import AuditEvent
from tests.conftest import PASSWORD, WebClient
from tests.intelligence.filling import Report

pytestmark = pytest.mark.django_db
SECRET = "He waits by the arcade."


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def end_session(client):
    client.cookies.pop("sessionid")


def sign_in_again(client, page, name="teacher"):
    data = {"username": name, "password": PASSWORD}
    data |= {field: hidden(page, field) for field in ("next", "sealed")}
    return client.post("/sign-in/", data)


@pytest.fixture
def teacher(cast, sign_in):
    return sign_in(cast.teacher)


def test_what_was_typed_when_the_session_ended_comes_back_at_its_step(cast, teacher):
    report = Report(teacher, narrative="Seen.")
    end_session(teacher)
    answer = report.step(
        "known", how_known="not_known", reporter_name=SECRET, writer=cast.teacher.pk
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing was lost" in page
    assert SECRET not in unescape(page)
    assert Draft.objects.get().answers.get("how_known") is None

    back = sign_in_again(teacher, page).content.decode()
    assert "Go on writing" in back
    address = unescape(re.findall(r'action="(/submissions/unf[^"]+)"', back)[0])
    again = teacher.post(address, {"sealed": hidden(back, "sealed")}, follow=True)
    assert Draft.objects.get().answers["how_known"] == "not_known"
    assert SECRET in unescape(again.content.decode())
    assert again.redirect_chain == [(f"{report.address}?step=known", 302)]


def test_the_first_step_and_the_one_box_come_back_as_well(cast, teacher):
    for address in (reverse("submit"), reverse("quick")):
        end_session(teacher)
        typed = {"narrative": SECRET, "writer": str(cast.teacher.pk), "send": "1", "go": "next"}
        page = teacher.post(address, typed).content.decode()
        back = sign_in_again(teacher, page).content.decode()
        again = teacher.post(address, {"sealed": hidden(back, "sealed")}, follow=True)
        assert SECRET in unescape(again.content.decode())
    assert [one.answers["narrative"] for one in Draft.objects.all()] == [SECRET, SECRET]
    assert not Submission.objects.exists()


def test_what_was_to_be_sent_is_looked_at_again_first(cast, teacher):
    report = Report(teacher, narrative="Seen.")
    report.answer_the_rest()
    end_session(teacher)
    page = report.step("send", go="send", writer=cast.teacher.pk).content.decode()
    back = sign_in_again(teacher, page).content.decode()
    teacher.post(f"{report.address}?step=send", {"sealed": hidden(back, "sealed")})
    assert not Submission.objects.exists()


def test_nobody_else_who_signs_in_there_reads_or_keeps_it(cast, teacher):
    end_session(teacher)
    typed = {"narrative": SECRET, "writer": str(cast.teacher.pk)}
    page = teacher.post(reverse("submit"), typed).content.decode()
    answer = sign_in_again(teacher, page, name="colleague")
    assert answer.status_code == 302
    kept = teacher.post(reverse("submit"), {"sealed": hidden(page, "sealed")}, follow=True)
    assert SECRET not in unescape(kept.content.decode())
    assert not any(SECRET in str(one.answers) for one in Draft.objects.all())


def test_a_wrong_password_on_the_way_loses_nothing(cast, teacher):
    end_session(teacher)
    typed = {"narrative": SECRET, "writer": str(cast.teacher.pk)}
    page = teacher.post(reverse("submit"), typed).content.decode()
    data = {"username": "teacher", "password": "wrong", "sealed": hidden(page, "sealed")}
    again = teacher.post("/sign-in/", data).content.decode()
    assert "Go on writing" in sign_in_again(teacher, again).content.decode()


def test_what_is_sealed_opens_for_an_hour_and_only_if_we_sealed_it(cast, monkeypatch):
    request = RequestFactory().post("/x/", {"narrative": SECRET, "writer": str(cast.teacher.pk)})
    sealed = returning.seal(request)
    typed = returning.unseal(sealed, by=cast.teacher)
    assert QueryDict(typed.answers)["narrative"] == SECRET
    assert returning.unseal(sealed[:-2] + "AA", by=cast.teacher) is None
    monkeypatch.setattr(returning, "OPENS_FOR", -1)
    assert returning.unseal(sealed, by=cast.teacher) is None


def test_the_script_that_saves_is_sent_to_sign_in_and_seals_nothing(cast, teacher):
    end_session(teacher)
    typed = {"narrative": SECRET, "writer": str(cast.teacher.pk), "keep": "1"}
    assert teacher.post(reverse("submit"), typed).status_code == 302


def test_hiding_the_screen_saves_ends_the_session_and_shows_a_page_that_says_nothing(teacher):
    report = Report(teacher, narrative="Seen.")
    answer = report.step("seen", narrative=SECRET, go="hide")
    assert answer["Location"] == reverse("away")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert Draft.objects.get().answers["narrative"] == SECRET
    page = teacher.get(reverse("away")).content.decode()
    assert "Intelligence" not in page
    assert teacher.get(report.address).status_code == 302
    assert AuditEvent.objects.filter(verb="hide screen").count() == 1


@pytest.mark.parametrize("address", ["/away/", "/submissions/in-one-box/"])
def test_every_page_of_a_partner_can_be_hidden_and_the_box_keeps_what_it_holds(teacher, address):
    assert "Hide this screen" in teacher.get("/").content.decode()
    answer = teacher.post(address, {"hide": "1", "narrative": SECRET})
    assert answer["Location"] == reverse("away")
    assert teacher.get("/").status_code == 302
    assert Draft.objects.count() == (address != "/away/")


def test_hiding_works_also_once_the_session_has_ended(cast, teacher):
    report = Report(teacher, narrative="Seen.")
    end_session(teacher)
    answer = report.step("seen", go="hide", writer=cast.teacher.pk)
    assert answer["Location"] == reverse("away")


#: Words that must stand in no title and no address: they say what the system is about.
TELLING = ("sex", "exploit", "abuse", "cse", "victim", "offend", "suspect", "grooming", "perpetr")


def test_no_title_and_no_address_says_what_the_system_is_about():
    addresses = [str(pattern) for pattern in get_resolver().reverse_dict.values()]
    told = [one for one in addresses for word in TELLING if word in one.lower()]
    for file in (ROOT / "templates").rglob("*.html"):
        for title in re.findall(
            r"\{% block title %\}(.*?)\{% endblock|<title>(.*?)</title>", file.read_text()
        ):
            told += [f"{file.name}: {title}" for word in TELLING if word in str(title).lower()]
    assert told == []


def test_a_copy_of_one_s_own_report_is_a_disclosure_in_the_log(cast, teacher, sign_in):
    Report(teacher, narrative=SECRET).send()
    row = Submission.objects.get()
    page = teacher.get(reverse("copy", kwargs={"pk": row.pk})).content.decode()
    logged = AuditEvent.objects.get(verb="copy submission")
    assert SECRET in page
    assert (logged.operation, logged.object_ids) == ("disclosure", [row.pk])
    assert logged.detail["number"] in page
    assert sign_in(cast.head).get(reverse("copy", kwargs={"pk": row.pk})).status_code == 404
    assert WebClient().get(reverse("copy", kwargs={"pk": row.pk})).status_code == 302
