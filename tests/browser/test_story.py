"""The story the system exists for, in a browser: what a school types becomes a figure."""

import json
import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.chaos.running import Stack
from tests.factories import joined, submission, suspect, with_car, with_phone
from tests.walking import addresses

#: Seconds without anything being processed after which the worker is taken to have stopped.
STILL = 120
#: How many wait to be taken up, and how many are done.
WAITING = """SELECT count(*) FILTER (WHERE done_at IS NULL AND parked_at IS NULL),
    count(done_at), count(parked_at) FROM intelligence_queueitem"""
#: The id of something of each kind that a person could have overheard.
OVERHEARD = """
(SELECT id FROM intelligence_submission LIMIT 1) UNION ALL
(SELECT id FROM intelligence_report LIMIT 1) UNION ALL
(SELECT id FROM intelligence_mention LIMIT 1) UNION ALL
(SELECT mention_id FROM intelligence_membership LIMIT 1) UNION ALL
(SELECT id FROM intelligence_alarm LIMIT 1) UNION ALL
(SELECT id FROM intelligence_decision LIMIT 1)
"""
#: The ungated measure of this quarter, and the first day of the next: asked of the tables as
#: their owner, apart from the pages.
MEASURED = """
from datetime import date
from django.utils import timezone
from problem_profile import measures
today = timezone.localdate()
quarter = measures.Quarter(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1))
units = measures.people(quarter)
print(len(units.get(("Dogger", measures.SUSPECTS), ())), quarter.ends_before)
"""


class Man:
    """Somebody whom a clinic and a licensing team have reported; the school knows three details."""

    def __init__(self, nickname: str, phone: str, plate: str) -> None:
        self.nickname, self.phone, self.plate = nickname, phone, plate

    @property
    def part_of_plate(self) -> str:
        return self.plate[:-2] + "?" + self.plate[-1]

    def tell(self, stack: Stack, folder: Path) -> None:
        """Have the two agencies send what they know, as a file."""
        by_phone = joined({"persons": [suspect(nicknames=[self.nickname])]}, with_phone(self.phone))
        by_car = joined(
            {"persons": [suspect(given_names="Orrin", family_name=f"{self.nickname}worth")]},
            with_phone(self.phone),
            with_car(self.plate),
        )
        lines = [
            {"agency": "silverpit-sexual-health", **submission(**by_phone)},
            {"agency": "silverpit-licensing", **submission(**by_car)},
        ]
        for number, line in enumerate(lines):
            line["reference"] = f"{self.nickname}-{number}"
        file = folder / "told.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert "accepted 2" in stack.manage("import_submissions", str(file))


class Keyboard:
    """Somebody who uses no mouse: the Tab key until the control that is wanted, then its keys."""

    #: What has the focus: its group, its name and whether it can be seen.
    FOCUSED = """() => {
      const at = document.activeElement;
      const legend = at.closest("fieldset")?.querySelector("legend");
      const box = at.getBoundingClientRect();
      return {
        group: legend ? legend.innerText.trim() : "",
        name: (at.labels?.[0] ?? at).innerText.trim(),
        seen: box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    }"""

    def __init__(self, page: Page) -> None:
        self.page, self.press = page, page.keyboard.press

    def to(self, name: str, group: str = "") -> None:
        """Go to a control by its label, within the fieldset with that legend."""
        for _ in range(150):
            at = self.page.evaluate(self.FOCUSED)
            if at["name"] == name and group in {"", at["group"]}:
                assert at["seen"], f"the focus on {name} cannot be seen"
                return
            self.press("Tab")
        raise AssertionError(f"the Tab key does not reach {name} in {group}")

    def type(self, name: str, text: str, group: str = "") -> None:
        """Type into a field; in a list, the beginning of what is chosen."""
        self.to(name, group)
        self.page.keyboard.type(text)

    def choose(self, legend: str, number: int) -> None:
        """Choose a radio button by its place, with the arrow keys."""
        first = self.page.get_by_role("group", name=legend).get_by_role("radio").first
        name = self.page.locator(f"label[for={first.get_attribute('id')}]").inner_text().strip()
        self.to(name, legend)
        self.press("Space")
        for _ in range(number - 1):
            self.press("ArrowDown")


def report(page: Page, man: Man) -> None:
    """Report the man without touching the mouse: at first too little, then all that is known."""
    keys = Keyboard(page)
    page.goto("/")
    keys.to("Share a concern")
    keys.press("Enter")
    page.wait_for_url("**/submissions/before-you-start/")
    keys.choose("Have you told someone who must act?", 1)
    keys.to("Answer questions one by one")
    keys.press("Enter")
    page.wait_for_url("**/submissions/new/?referral=none")
    keys.type("What have you seen, heard or been told?", "He waits by the arcade after school.")
    go_on(page, keys, "people")

    keys.to("Add a person")
    keys.press("Enter")
    page.wait_for_url("**step=people&row=0")
    keys.type("Who is this?", "Someone")
    keys.type("Nicknames", man.nickname)
    keys.to("Save this person")
    keys.press("Enter")
    page.wait_for_url("**step=people")
    expect(page.get_by_role("heading", name=man.nickname)).to_be_visible()
    go_on(page, keys, "things")

    keys.to("Add another phone")
    keys.press("Enter")  # with scripts or without, the next thing to type into is the new row
    expect(page.get_by_role("group", name="Phone 2")).to_be_visible()
    keys.type("Number", man.phone, "Phone 2")
    keys.type("Whose?", "Person", "Phone 2")
    keys.type("Registration", man.part_of_plate, "Vehicle 1")
    keys.type("Whose?", "Person", "Vehicle 1")
    go_on(page, keys, "places")
    go_on(page, keys, "known")
    go_on(page, keys, "known&look=1")
    expect(page.get_by_role("alert")).to_contain_text("Tell us how you know")
    assert page.title().startswith("Error: ")
    keys.choose("How do you know?", 1)
    go_on(page, keys, "sharing")
    keys.choose("Is a child at risk right now?", 3)
    go_on(page, keys, "send")
    expect(page.get_by_role("heading", name="Phone 1")).to_be_visible()
    keys.to("Send to police")
    keys.press("Enter")
    page.wait_for_url(re.compile("/submissions/[0-9a-f-]{36}/$"))


def go_on(page: Page, keys: Keyboard, step: str) -> None:
    """Save the step, and wait for the next."""
    keys.to("Save and continue")
    keys.press("Enter")
    page.wait_for_url(f"**step={step}")


def processed(stack: Stack) -> None:
    """Wait until the worker has carried all that waits, as long as it goes on working."""
    before, since = -1, time.monotonic()
    while True:
        waiting, done, parked = stack.ask(WAITING)[0]
        assert not parked
        if not waiting:
            return
        if done != before:
            before, since = done, time.monotonic()
        assert time.monotonic() - since < STILL, f"{waiting} wait, and nothing is done"
        time.sleep(0.2)


def proposed(desk: Page, man: Man) -> None:
    """Open the proposal that the man's nickname is somebody known: what was sent is processed."""
    desk.goto("/review/")
    while not (found := desk.get_by_role("link", name=man.nickname)).count():
        onward = desk.get_by_role("link", name="Next")
        assert onward.count(), f"{man.nickname} is not in the queue"
        onward.click()
    found.first.click()
    desk.wait_for_url(re.compile("/review/[0-9a-f-]{36}/$"))


def test_a_school_s_report_becomes_a_figure_that_a_commissioner_reads(stack, visit, tmp_path):
    man = Man("Cuttle", "07700 900731", "QX31 TBC")
    man.tell(stack, tmp_path)
    school = visit("submitter")
    report(school, man)
    expect(school.get_by_role("heading", level=1)).to_contain_text("We have your report")
    assert "linked" not in school.locator("main").inner_text()

    processed(stack)
    desk = visit("analyst")
    proposed(desk, man)
    reasons = desk.locator("table.pi-evidence")
    expect(reasons).to_contain_text("731")
    expect(desk.get_by_role("radio", checked=True)).to_have_count(0)

    before, next_quarter = stack.manage("shell", "-v", "0", "-c", MEASURED).split()
    desk.get_by_label("Yes, link them").check()
    desk.get_by_role("button", name="Save the decision").click()
    expect(desk.get_by_role("heading", name="Take it back")).to_be_visible()
    processed(stack)
    now = int(stack.manage("shell", "-v", "0", "-c", MEASURED).split()[0])
    assert now == int(before) + 1

    stack.manage("publish_release", "--as-at", next_quarter)
    reader = visit("commissioner")
    reader.get_by_role("link", name="See the figures").click()
    reader.get_by_role("link", name=re.compile("Quarter from")).click()
    expect(reader.locator("main")).to_contain_text("Suspected offenders")
    figures = reader.locator("td.govuk-table__cell--numeric").all_inner_texts()
    assert figures
    assert all(told == "not shown" or int(told) in range(10, 10_000, 5) for told in figures)
    shown = reader.get_by_role("row", name="Dogger").get_by_role("cell").last.inner_text()
    # The gate: nothing below ten, and a multiple of five less than five from the count.
    assert (shown == "not shown") if now < 10 else abs(int(shown) - now) < 5
    assert man.nickname not in reader.content()
    assert reader.locator("nav[aria-label=Menu] a").all_inner_texts() == ["Home", "Figures"]
    overheard = [pk for (pk,) in stack.ask(OVERHEARD)]
    answers = {at: reader.request.get(at).status for _, at in addresses(overheard)}
    assert len(answers) > 10 * len(overheard)
    assert {at for at, status in answers.items() if status < 300} == {
        *("/", "/sign-in/", "/figures/", "/livez", "/readyz", "/api/v1/schema/"),
        *("/danger/", "/privacy/", "/accessibility/", "/away/", "/guidance/"),
        *(
            f"/guidance/{to}/"
            for to in ("police", "social-workers", "commissioners", "health", "schools")
        ),
    }


def test_without_scripts_the_same_form_is_sent_and_linked(stack, visit, tmp_path):
    man = Man("Gurnard", "07700 900732", "QX32 TBC")
    man.tell(stack, tmp_path)
    school = visit("submitter", scripts=False)
    report(school, man)

    processed(stack)
    desk = visit("analyst", scripts=False)
    proposed(desk, man)
    expect(desk.locator("table.pi-evidence")).to_contain_text("732")
