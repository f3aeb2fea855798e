"""The pictures of docs/screens, and the page that says which is which: `make screens`.

Taken from the demonstration's world, each page as its role sees it. PNGs in few colours, so that
the folder stays small; a long page is cut.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cse_profile.processes import ROOT
from tests.browser.conftest import FLAGS, NARROW, WIDE, sign_in
from tests.browser.sights import SIGHTS, Sight
from tests.browser.sights_of_forms import OF_FORMS
from tests.chaos.running import Stack

FOLDER = ROOT / "docs" / "screens"
SUBMISSIONS = 2000
#: Pixels of height after which a page is cut, and colours of a picture.
HIGHEST, COLOURS = 1500, 48
#: Pages that are also taken as a telephone shows them.
ON_A_TELEPHONE = {"share-filled", "proposal"}


def main() -> None:
    """Start the stack, and take all of them."""
    with (
        tempfile.TemporaryDirectory(prefix="cse-profile-screens-") as folder,
        Stack(Path(folder), submissions=SUBMISSIONS) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS])
        taken = take_all(browser, stack)
        browser.close()
    (FOLDER / "README.md").write_text(told(taken), encoding="utf-8")


def take_all(browser: Browser, stack: Stack) -> list[tuple[str, Sight]]:
    """Each picture's name, and what it shows. What is there of earlier ones goes."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    windows: dict[str, Page] = {}
    taken = []
    for sight in (*SIGHTS, *OF_FORMS):
        if sight.after:
            sight.after(stack)
        page = windows.get(sight.account) or window(browser, stack, sight.account)
        windows[sight.account] = page
        page.set_viewport_size(WIDE)
        sight.go(page)
        if sight.picture:
            taken.append((take(page, sight.name), sight))
        if sight.name in ON_A_TELEPHONE:
            page.set_viewport_size(NARROW)
            taken.append((take(page, f"{sight.name}-telephone"), sight))
        sys.stdout.write(f"{sight.name}\n")
    return taken


def window(browser: Browser, stack: Stack, account: str) -> Page:
    """A window in which `account` has signed in; nobody where it is empty."""
    page = browser.new_context(base_url=stack.url, locale="en-GB").new_page()
    if account:
        sign_in(page, account, stack.password(account))
    return page


def take(page: Page, name: str) -> str:
    """One picture; its file name."""
    page.evaluate("document.activeElement.blur()")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    cut = picture.crop((0, 0, picture.width, min(picture.height, HIGHEST)))
    file = FOLDER / f"{name}.png"
    cut.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    return file.name


def told(taken: list[tuple[str, Sight]]) -> str:
    """The page that says which is which."""
    lines = [
        f"| [{name}]({name}) | {sight.account or 'anybody'} | {sight.shows} |"
        for name, sight in taken
    ]
    head = (
        "# Screens",
        "",
        "Taken by `make screens` from the demonstration's world: everything on them is invented.",
        "",
        "| picture | seen by | shows |",
        "|---|---|---|",
    )
    return "\n".join([*head, *lines, ""])


if __name__ == "__main__":
    main()
