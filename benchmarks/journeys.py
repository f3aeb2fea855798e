"""How long a newcomer takes to share a concern: words to read, keys to press, pages to wait for.

    python -m benchmarks.journeys > benchmarks/results/journeys.md

Two journeys are walked in a real browser on the real stack, and counted as they go. Nobody's time
is measured here: what people need is reckoned from stated speeds, and real people must be watched.

- Reading: 238 words a minute, silent reading of plain prose by adults (Brysbaert, *How many words
  do we read per minute?*, Journal of Memory and Language 109, 2019). All words of the page's main
  column count, each piece of them the first time that it comes; not the choices of a closed list.
- Typing and pointing: the keystroke-level model (Card, Moran and Newell, *The Keystroke-Level
  Model for User Performance Time*, Communications of the ACM 23, 1980): 0.28 s a key, which is an
  average typist; 1.1 s to point at each control or button, and 1.35 s to make up one's mind at each
  control. The button that goes on is anticipated, and takes no thought (rule 1 of the model).
- Waiting: measured, from the press of a button until the next page can be used.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.conftest import FLAGS, sign_in
from tests.chaos.running import Stack

WORDS_A_SECOND = 238 / 60
A_KEY, A_POINT, A_THOUGHT = 0.28, 1.1, 1.35
#: Submissions of the world.
SUBMISSIONS = 300
#: What the words of a page are: its main column, without what stands beside it.
READ = """(labelsOnly) => {
  const column = document.querySelector("main [class*=two-thirds], main [class*=one-third]");
  const walk = document.createTreeWalker(
    column ?? document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const read = [];
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    const shown = holder.checkVisibility() && !holder.closest("option, textarea")
      && !holder.closest(".govuk-visually-hidden, [aria-hidden=true]");
    const decides = holder.closest("h1, label, legend, button, mark, summary");
    if (shown && (decides || !labelsOnly)) read.push(walk.currentNode.data.trim());
  }
  return read.filter(Boolean);
}"""


@dataclass
class Journey:
    """One journey as it is walked."""

    page: Page
    name: str
    limit: float | None
    pages: int = 0
    words: int = 0
    fields: int = 0
    keys: int = 0
    controls: int = 0
    buttons: int = 0
    waited: float = 0.0
    #: Somebody who has done it before reads what must be decided on, and no notices or hints.
    newcomer: bool = True
    _read: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Read the page: each piece of words the first time that it comes."""
        pieces = set(self.page.evaluate(READ, not self.newcomer)) - self._read
        self._read |= pieces
        words = sum(len(piece.split()) for piece in pieces)
        self.pages, self.words = self.pages + 1, self.words + words
        heading = self.page.locator("h1").inner_text()
        sys.stderr.write(f"{words:5} words: {heading}\n")

    def type(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label, exact=True).first.fill(text)
        self.fields, self.controls = self.fields + 1, self.controls + 1
        self.keys += len(text)

    def choose(self, label: str, option: str, nth: int = 0) -> None:
        """Choose in a list."""
        self.page.get_by_label(label, exact=True).nth(nth).select_option(option)
        self.fields, self.controls = self.fields + 1, self.controls + 1

    def tick(self, label: str) -> None:
        """Choose a radio button, or tick a box."""
        self.page.get_by_label(label, exact=True).first.check()
        self.fields, self.controls = self.fields + 1, self.controls + 1

    def press(self, name: str, role: str = "button", *, last: bool = False) -> None:
        """Press a button or follow a link, wait for the page, and read it; not the receipt: by
        then it is sent.
        """
        found: Locator = self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        found.scroll_into_view_if_needed()
        self.buttons += 1
        start = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            found.click()
        self.waited += time.perf_counter() - start
        if not last:
            self.read()

    @property
    def seconds(self) -> float:
        """What it takes in all."""
        return self.words / WORDS_A_SECOND + self.keys * A_KEY + self.hands + self.waited

    @property
    def hands(self) -> float:
        """Pointing at controls and buttons, and making up one's mind at the controls."""
        return self.controls * (A_POINT + A_THOUGHT) + self.buttons * A_POINT


def school(journey: Journey) -> None:
    """A teacher's first report, in steps: two people, a phone and part of a registration."""
    journey.press("Share a concern", "link")
    journey.tick("No, or not yet")
    journey.press("Answer questions one by one")
    journey.type(
        "What have you seen, heard or been told?",
        "A man waits in a silver car by the arcade after school and gives Una lifts.",
    )
    journey.press("Save and continue")
    journey.press("Add a person")
    journey.choose("Who is this?", "suspected_offender")
    journey.type("Nicknames", "Limpet")
    journey.press("Save and add another person")
    journey.choose("Who is this?", "child_at_risk")
    journey.type("First names", "Una")
    journey.type("Age, or youngest", "14")
    journey.press("Save this person")
    journey.press("Save and continue")
    journey.type("Number", "07700 900982")
    journey.choose("Whose?", "p1")
    journey.type("Registration", "QX47 L?P")
    journey.choose("Whose?", "p1", nth=1)
    journey.press("How you know")  # in the list of steps: nothing is known of a place
    journey.tick("Somebody else told me")
    journey.press("Save and continue")
    journey.tick("I do not know")
    journey.press("Save and continue")
    journey.press("Send to police", last=True)


def box(journey: Journey) -> None:
    """The same in one box."""
    journey.press("Share a concern", "link")
    journey.tick("No, or not yet")
    journey.press("Write it in one box")
    journey.type(
        "What have you seen, heard or been told?",
        "A man called Limpet, 07700 900982, waits in QX47 LMP by the arcade and gives Una lifts.",
    )
    journey.press("Continue")
    for box_ in journey.page.get_by_role("checkbox").all()[:3]:
        box_.check()
        journey.fields, journey.controls = journey.fields + 1, journey.controls + 1
    journey.tick("Somebody else told me")
    journey.tick("I do not know")
    journey.press("Send to police", last=True)


#: What is walked: its name, the most seconds that it may take (None: told only), whether by
#: somebody new to it, and how.
WALKS: tuple[tuple[str, float | None, bool, Callable[[Journey], None]], ...] = (
    ("a school's first report, in seven steps, every word read", 240, True, school),
    ("the same, by somebody who has done it before", 240, False, school),
    ("free text in one box, done before", 90, False, box),
    ("free text in one box, for the first time", None, True, box),
)


def main() -> int:
    """Walk both, and print the report as Markdown; 1 where one takes longer than it may."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    walked = []
    with (
        tempfile.TemporaryDirectory(prefix="cse-profile-journeys-") as folder,
        Stack(Path(folder), submissions=SUBMISSIONS) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS])
        for name, limit, newcomer, walk in WALKS:
            page = browser.new_context(base_url=stack.url, locale="en-GB").new_page()
            sign_in(page, "submitter", stack.password("submitter"))
            journey = Journey(page, name, limit, newcomer=newcomer)
            walk(journey)
            page.get_by_role("heading", name="We have your report").wait_for()
            walked.append(journey)
        browser.close()
    sys.stdout.write(told(walked))
    return int(any(one.limit and one.seconds > one.limit for one in walked))


def told(walked: list[Journey]) -> str:
    """The report."""
    load = os.getloadavg()[0]
    rows = [
        f"| {one.name} | {one.pages} | {one.words} | {one.fields} | {one.keys} "
        f"| {one.controls + one.buttons} "
        f"| {one.words / WORDS_A_SECOND:.0f} | {one.keys * A_KEY:.0f} "
        f"| {one.hands:.0f} | {one.waited:.1f} "
        f"| **{one.seconds:.0f}** | {one.limit or ''} |"
        for one in walked
    ]
    intro = (
        "Seconds, but for counts. Reckoned, not timed with people: `benchmarks/journeys.py` says "
        "from which speeds, and hands are pointing and making up one's mind. The waiting is "
        f"measured ({os.cpu_count()} processors, load average {load:.1f})."
    )
    columns = "journey pages words fields keys controls reading typing hands waiting all most"
    head = (
        "# How long it takes to share a concern",
        "",
        intro,
        "",
        "| " + " | ".join(columns.split()) + " |",
        "|---|" + "---:|" * 11,
    )
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    raise SystemExit(main())
