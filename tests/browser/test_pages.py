"""Every page in every state, as everybody who sees it would use it: axe-core, and what it misses.

WCAG 2.2 A and AA, on a desk's screen and on a telephone. What no program finds, people must.
"""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import get_resolver, resolve
from playwright.sync_api import Page

from cse_profile.processes import ROOT
from tests.browser.conftest import NARROW, WIDE
from tests.browser.sights import SIGHTS, Sight
from tests.browser.sights_of_forms import OF_FORMS

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
}).then(({violations}) => violations.map(
  (found) => `${found.id}: ${found.help}: ${found.nodes[0].html.slice(0, 200)}`
))"""
#: The narrowest screen on which nothing may scroll sideways: 1280 pixels at 400 % (WCAG 1.4.10).
NARROWEST = {"width": 320, "height": 800}
#: Addresses that are no pages: they answer a form or a probe, or are files.
NO_PAGES = {
    "nothing-to-share",
    "livez",
    "readyz",
    "sign-out",
    "retry",
    "end-key",
    "decline-account",
    "language",
    "upload-template",
    "upload-errors",
}

pytestmark = pytest.mark.audit


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker, which comes with the front-end packages."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: run `make setup`.", pytrace=False)
    return AXE.read_text(encoding="utf-8")


def test_every_page_in_every_state_can_be_used_by_everybody(stack, visit, axe):
    windows: dict[str, Page] = {}
    wrong: list[str] = []
    seen: set[str] = set()
    for sight in (*SIGHTS, *OF_FORMS):
        if sight.after:
            sight.after(stack)
        page = windows.get(sight.account) or visit(sight.account)
        windows[sight.account] = page
        page.set_viewport_size(WIDE)
        sight.go(page)
        if sight.name not in {"not-found", "refused"}:
            seen.add(resolve(urlsplit(page.url).path).view_name)
        wrong += [f"{sight.name}: {found}" for found in faults(page, sight, axe)]

    assert not wrong, "\n".join(wrong)
    pages = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for name in pages if not name.startswith("api")} - NO_PAGES - seen == set()


def faults(page: Page, sight: Sight, axe: str) -> list[str]:
    """What is wrong with a page, in words."""
    found = list(plain_faults(page, sight))
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.evaluate(axe)
        found += [f"at {size['width']}: {fault}" for fault in page.evaluate(RUN)]
    for size in (NARROW, NARROWEST):
        page.set_viewport_size(size)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > size["width"]:
            found.append(f"scrolls sideways at {size['width']}: {width} pixels")
    return found


def plain_faults(page: Page, sight: Sight) -> list[str]:
    """What axe does not find."""
    found = []
    if page.locator("h1").count() != 1:
        found.append("not one main heading")
    ids = page.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    found += [f"two of {name}" for name, number in Counter(ids).items() if number > 1]
    is_error = page.locator(".govuk-error-summary").count() > 0
    if is_error != sight.name.endswith("-error"):
        found.append("an error that is not one, or none that is")
    if is_error != page.title().startswith("Error: "):
        found.append(f"the title does not say whether it is an error: {page.title()}")
    for link in page.locator(".govuk-error-summary a").all():
        target = link.get_attribute("href") or ""
        if target.startswith("/"):  # an error of another page: its link goes there
            leads = page.request.get(target).status in {200, 400}
        else:
            leads = page.locator(target).count() == 1
        if not leads:
            found.append(f"an error leads nowhere: {target}")
    if told := re.search(r"\d [ap]\.m\.|\d[ap]\.m\.|\.\.(?!\.)", page.inner_text("main")):
        found.append(f"odd words: {told[0]}")
    return found
