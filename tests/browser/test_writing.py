"""Somebody writes, is disturbed, and is away for a while: nothing is lost, and nothing shows."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import sign_in

BOX = "What have you seen, heard or been told?"
WORDS = "He waits by the arcade after school."


def test_shift_pressed_three_times_hides_the_screen_and_what_was_typed_is_kept(stack, visit):
    page = visit("submitter")
    page.goto("/submissions/new/?referral=none")
    page.get_by_label(BOX).fill(WORDS)
    page.get_by_label(BOX).press("Shift+A")  # a capital letter is no signal
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/away/")
    assert "Intelligence" not in page.content()
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()

    sign_in(page, "submitter", stack.password("submitter"))
    page.get_by_role("link", name="Go on with what you saved").first.click()
    page.get_by_role("link", name="What you saw or heard").click()
    expect(page.get_by_label(BOX)).to_have_value(f"{WORDS}A")


def test_without_scripts_the_button_hides_the_screen(visit):
    page = visit("submitter", scripts=False)
    page.goto("/submissions/new/?referral=none")
    page.get_by_label(BOX).fill(WORDS)
    page.get_by_role("button", name="Hide this screen").click()
    page.wait_for_url("**/away/")
    page.goto("/")
    expect(page.get_by_label("Password")).to_be_visible()


def test_before_a_session_ends_it_says_so_and_one_may_stay(visit):
    page = visit("submitter")
    page.clock.install()
    page.goto("/submissions/")
    page.clock.fast_forward("28:06")
    dialog = page.get_by_role("dialog", name="You will be signed out in 2 minutes")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Stay signed in").press("Enter")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("30:06")
    page.clock.run_for(5000)
    page.wait_for_url(re.compile("/submissions/$"))  # it had not ended: one is sent back there


def test_signed_out_while_writing_one_signs_in_and_goes_on(stack, visit):
    page = visit("submitter")
    page.goto("/submissions/new/?referral=none")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label(BOX).fill(WORDS)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Nothing was lost")).to_be_visible()
    page.get_by_label("User name").fill("submitter")
    page.get_by_label("Password").fill(stack.password("submitter"))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_label(BOX)).to_have_value(WORDS)
