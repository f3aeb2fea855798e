"""The story the system exists for, over HTTP and with the rights of each login."""

import re
import uuid
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone

from intelligence import models
from intelligence.models import Membership
from problem_profile import disclosure, measures
from problem_profile.measures import SUSPECTS, Quarter
from problem_profile.models import Figure, Release
from tests.factories import joined, submission, suspect, with_car, with_phone
from tests.intelligence.filling import Report
from tests.walking import addresses


@pytest.fixture
def known(cast, submit, process):
    """A man whom two agencies have reported already: a clinic his phone, licensing his car."""
    by_phone = joined({"persons": [suspect(given_names="Tariq", nicknames=["Taz"])]}, with_phone())
    submit(submission(**by_phone), by=cast.nurse)
    by_car = joined(
        {"persons": [suspect(given_names="Tariq", family_name="Invented")]},
        with_phone("+44 7700 900482"),
        with_car("QX00 ABC"),
    )
    submit(submission(**by_car), by=cast.officer)
    process()


TOLD = {
    "phones": [{"number": "07700900482", "whose": "p1"}],
    "vehicles": [{"registration": "QX00 A?C", "whose": "p1"}],
}


def suspects(day: date) -> int:
    return len(measures.people(Quarter.before(day)).get(("Dogger", SUSPECTS), set()))


def test_from_a_school_s_report_to_a_figure_that_a_commissioner_reads(
    cast, sign_in, process, known, capsys
):
    report = Report(sign_in(cast.teacher), narrative="Seen after school.")
    report.person(0, role="suspected_offender", nicknames="Tazz")
    report.step("things", rows=TOLD)
    report.answer_the_rest()
    receipt = report.step("send", go="send")
    page = report.client.get(receipt["Location"]).content.decode()
    assert "Your reference is" in page
    process()

    desk = sign_in(cast.analyst)
    queue = desk.get("/review/").content.decode()
    assert "Tazz" in queue
    waiting = re.findall(r"/review/([0-9a-f-]{36})/", queue)
    day = next_quarter()
    before = suspects(day)
    reasons = desk.get(f"/review/{waiting[0]}/").content.decode()
    assert "07700900482" in reasons.replace("+44", "0").replace(" ", "")

    accepted = desk.post(f"/review/{waiting[0]}/", {"judgement": "same", "reason": ""}, follow=True)
    assert "Take it back" in accepted.content.decode()
    process()
    assert suspects(day) == before + 1

    call_command("publish_release", as_at=day.isoformat())
    release = Release.objects.get()
    told = Figure.objects.get(release=release, row="Dogger", column=SUSPECTS)
    assert suspects(day) < disclosure.THRESHOLD
    assert told.value is None
    commissioner = sign_in(cast.commissioner)
    table = commissioner.get(f"/figures/{release.pk}/").content.decode()
    assert "Suspected offenders" in table
    assert "not shown" in table
    assert not re.search(r"<td[^>]*>\s*\d", table)
    assert "Tazz" not in table
    assert opened(commissioner, [uuid.UUID(waiting[0]), *everything(), release.pk]) == {
        *OPEN_TO_A_COMMISSIONER,
        f"/figures/{release.pk}/",
    }


#: All that a commissioner may open but for a release: nothing in it tells of a report or a person.
OPEN_TO_A_COMMISSIONER = {
    *("/", "/figures/", "/livez", "/readyz", "/api/v1/schema/"),
    *("/danger/", "/privacy/", "/accessibility/", "/away/", "/guidance/"),
    *(
        f"/guidance/{to}/"
        for to in ("police", "social-workers", "commissioners", "health", "schools")
    ),
}


def everything() -> list[uuid.UUID]:
    """The id of a row of each table that has something to say."""
    names = ("Submission", "Report", "Mention", "Sighting", "Decision", "QueueItem")
    kinds = [getattr(models, name) for name in names]
    found = [kind._base_manager.values_list("pk", flat=True).first() for kind in kinds]
    assert None not in found
    return [pk for pk in found if isinstance(pk, uuid.UUID)]


def opened(browser, ids) -> set[str]:
    """The addresses that show something, of all there are, each tried with every id."""
    answers = {at: browser.get(at).status_code for _, at in addresses(ids)}
    assert len(answers) > len(ids) * 10
    return {at for at, status in answers.items() if status < 300}


def next_quarter() -> date:
    today = timezone.localdate()
    return Quarter(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)).ends_before


def test_partial_details_of_three_agencies_become_one_person(cast, submit, process, known):
    third = joined(
        {"persons": [suspect(nicknames=["Tazz"])]},
        with_phone("07700900482"),
        with_car("QX00 A?C"),
    )
    submit(submission(**third), by=cast.teacher)
    process()

    clusters = set(Membership.objects.filter(area=cast.dogger).values_list("cluster", flat=True))
    assert len(clusters) == 1


PAGES = {
    "teacher": ["/", "/submissions/", "/submissions/before-you-start/"],
    "head": ["/", "/reports/"],
    "hub": ["/", "/reports/", "/young-people/"],
    "analyst": ["/", "/reports/", "/review/", "/people/", "/young-people/", "/figures/"],
    "supervisor": ["/parked/"],
    "investigator": ["/", "/reports/", "/people/"],
    "commissioner": ["/", "/figures/"],
    "auditor": ["/", "/audit/"],
    "administrator": ["/"],
}


@pytest.mark.parametrize("name", PAGES)
def test_each_role_reads_its_pages_and_what_they_lead_to(cast, sign_in, known, name):
    browser = sign_in(getattr(cast, name))
    found = set(PAGES[name])
    for address in PAGES[name]:
        page = browser.get(address)
        assert page.status_code == 200, address
        found |= set(
            re.findall(
                r'href="(/(?:reports|review|people|submissions)/[^"?#]*)"', page.content.decode()
            )
        )
    for address in found:
        assert browser.get(address).status_code == 200, address


def test_anybody_reads_the_words_and_is_asked_to_sign_in_for_the_rest(cast, client):
    words = ["/sign-in/", "/danger/", "/privacy/", "/accessibility/"]

    assert {client.get(address).status_code for address in words} == {200}
    assert client.get("/reports/").headers["Location"].startswith("/sign-in/")
    assert client.get("/nothing/").status_code in {302, 404}
