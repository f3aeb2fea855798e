"""The forms of the trade without a mouse, with scripts and without: what is typed arrives."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_story import Keyboard

#: One size goes with each: both are a desk's screen and a telephone's at once.
WAYS = [pytest.param(True, WIDE, id="scripts"), pytest.param(False, NARROW, id="no scripts")]


@pytest.mark.parametrize(("scripts", "size"), WAYS)
def test_somebody_without_an_account_tells_the_desk_by_keyboard(stack, visit, scripts, size):
    page = visit(scripts=scripts, size=size)
    keys = Keyboard(page)
    page.goto("/tell/")
    keys.type("Where is this?", "Dogger")
    words = f"A silver car waits there, with scripts {scripts}."
    keys.type("What have you seen, heard or been told?", words)
    keys.choose("Is a child or young person at risk right now?", 3)
    keys.choose("How do you know?", 1)
    keys.to("Send")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("You need not say")
    keys.choose("Who are you?", 4)
    keys.to("Send")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have it")

    desk = visit("analyst", scripts=scripts)
    desk.goto("/messages/")
    expect(desk.get_by_role("row").filter(has_text=words)).to_be_visible()


@pytest.mark.parametrize(("scripts", "size"), WAYS)
def test_a_home_logs_a_visitor_and_sends_the_row_by_keyboard(visit, scripts, size):
    page = visit("home_staff", scripts=scripts, size=size)
    keys = Keyboard(page)
    page.goto("/visits/")
    name = f"Whelk {scripts}"
    keys.type("Registration", "QX00 A?C")
    keys.type("Name or nickname", name)
    keys.to("Log it")
    keys.press("Enter")
    expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()
    keys.to("Send police what matters")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check and send")
    keys.choose("Is a child at risk right now?", 1)
    keys.to("Send to police")
    keys.press("Enter")
    page.wait_for_url(re.compile("/submissions/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text(name)


@pytest.mark.parametrize(("scripts", "size"), WAYS)
def test_a_missing_episode_is_recorded_and_its_clock_runs_by_keyboard(visit, scripts, size):
    page = visit("home_staff", scripts=scripts, size=size)
    keys = Keyboard(page)
    page.goto("/missing/new/")
    name = f"Una {scripts}"
    keys.type("First names", name)
    for label in ("Missing since", "Back since"):
        keys.type(label, "11112025")  # the same day, whichever of day and month comes first
    keys.to("Save")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("Interview overdue")
    keys.to("Write the interview")
    keys.press("Enter")
    keys.choose("Where has it come to?", 1)
    keys.to("Save")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("Interview: Offered.")
