"""A real browser before the real stack: web server, worker and scheduler, in one small world."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.chaos.running import Stack

#: Submissions of the world: the fewest that tell of everything, the man of the story included.
SUBMISSIONS = 120
FLAGS = (
    "--lang=en-GB",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
#: Where `make test` puts the browser that it fetches.
FETCHED = Path(sys.prefix) / "chromium"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 375, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack as `make demo` runs it, with its invented world and its accounts."""
    with tempfile.TemporaryDirectory(prefix="cse-profile-browser-") as folder:
        running = Stack(Path(folder), submissions=SUBMISSIONS)
        with running:
            yield running


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in as somebody, through the page."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium, with a new and empty profile."""
    program = Path(shutil.which("chromium") or FETCHED / "chromium")
    if not program.exists():
        pytest.fail(
            "There is no Chromium here, and these tests need one: run them by `make test`, which "
            "fetches one, or install the package chromium.",
            pytrace=False,
        )
    lent = {"LD_LIBRARY_PATH": str(FETCHED / "lib")} if program.parent == FETCHED else {}
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program, args=[*FLAGS], env={**os.environ, **lent}
        )
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Open a window of its own, signed in as `name` where one is given.

    Whatever goes wrong in it is told at the end: an error of a script, something that the content
    security policy refused, a request to anywhere else.
    """
    wrong: list[str] = []
    contexts = []

    def leaves(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(stack.url).netloc:
            wrong.append(f"a request to {request.url}")

    def complains(said: ConsoleMessage) -> None:
        # Chromium says so too of each refusal that a test asks for.
        if said.type == "error" and "responded with a status of 4" not in said.text:
            wrong.append(f"{said.location['url']}: {said.text}")

    def opened(name: str = "", *, scripts: bool = True, size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(
            base_url=stack.url, java_script_enabled=scripts, viewport=size, locale="en-GB"
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("request", leaves)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", complains)
        if name:
            sign_in(page, name, stack.password(name))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
