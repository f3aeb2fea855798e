"""The forms of the trade, and the route without an account: their pages in every state.

Looked at after the others, by the same rules. In order: what is empty before it is filled.
"""

from datetime import date, timedelta

from playwright.sync_api import Page

from tests.browser.sights import Sight, Way, at, fill, follow, pick, press, then, tick

_YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011 - as somebody types it
_BEFORE = (date.today() - timedelta(days=2)).isoformat()  # noqa: DTZ011


def in_field(name: str, text: str) -> Way:
    """Type into the field that is sent under this name: some labels stand twice on a page."""
    return lambda page: page.locator(f"main [name={name}]").fill(text)


def of_list(address: str) -> Way:
    """The first thing of the list at this address."""

    def go(page: Page) -> None:
        page.goto(address)
        with page.expect_navigation():
            page.locator("main table a, main li a").first.click()

    return go


RECORD = of_list("/missing/")
MISSING = then(
    at("/missing/new/"),
    fill("First names", "Una"),
    fill("Family name", "Vale"),
    in_field("missing_on", _BEFORE),
    in_field("missing_time", "21:00"),
    fill("Where from?", "Gull House"),
    fill("What is known of it?", "Collected by a silver car, QX47 L?P. She said ‘Limpet’ called."),
    pick("The risk, as police graded it", "medium"),
)
BACK = then(
    RECORD,
    press("They are back"),
    in_field("returned_on", _YESTERDAY),
    in_field("returned_time", "06:10"),
    fill("How did they come back?", "By herself, on the first bus."),
    press("Save"),
)
INTERVIEW = then(RECORD, press("Write the interview"))
SPOKEN = then(
    INTERVIEW,
    tick("It was held"),
    fill("Who offered it?", "Compass Return Interviews"),
    in_field("held_on", _YESTERDAY),
    in_field("held_time", "18:00"),
    fill("Who held it?", "A worker of Compass Return Interviews"),
    fill("Where were they?", "At a flat above the arcade."),
    fill("Who were they with, or did they meet?", "A man she calls Limpet, and two others."),
    fill("What do they want to happen? What would help?", "Somebody to talk to who is not staff."),
    tick("Somebody who contacts or collects them"),
    fill("Nicknames", "Limpet"),
    fill("Phone numbers", "07700 900982"),
    fill("Vehicle registrations", "QX47 L?P"),
    press("Save"),
)
SEND = then(RECORD, press("Send police what matters"))
VISIT = then(
    at("/visits/"),
    in_field("day", _YESTERDAY),
    in_field("time", "21:30"),
    fill("Registration", "QX47 L?P"),
    fill("Make, colour", "silver car"),
    fill("Name or nickname", "Limpet"),
    fill("Who was it, and what did they do?", "Tall man, waited with the engine running."),
    fill("Who did they come for?", "Una"),
    press("Log it"),
)
TELL = then(
    at("/tell/"),
    pick("Where is this?", "Dogger"),
    fill(
        "What have you seen, heard or been told?",
        "A man called ‘Limpet’ waits by the car wash after school. Silver car, QX47 L?P.",
    ),
    fill("Where was it, if you know?", "The car wash"),
    lambda page: page.get_by_label("I do not know", exact=True).first.check(),
    tick("I saw or heard it myself"),
    tick("A parent, carer or relative"),
)
CONFIDED = then(
    fill("What worries you?", "A man waits for her outside and holds her telephone."),
    fill("Nicknames", "Limpet"),
)
MESSAGE = of_list("/messages/")

OF_FORMS = (
    Sight("home-residential", "home_staff", at("/"), "The first page at a children's home"),
    Sight("home-health", "nurse", at("/"), "A nurse's first page", picture=False),
    Sight("missing-empty", "home_staff", at("/missing/"), "Nobody missing", picture=False),
    Sight(
        "missing-record-error",
        "home_staff",
        then(at("/missing/new/"), press("Save")),
        "A record without a name",
        picture=False,
    ),
    Sight("missing-record", "home_staff", MISSING, "Writing down that somebody is missing"),
    Sight(
        "episode-missing",
        "home_staff",
        then(MISSING, press("Save")),
        "The record while she is missing",
        picture=False,
    ),
    Sight("episode-back", "home_staff", BACK, "The record once she is back: the clock runs"),
    Sight("missing", "home_staff", at("/missing/"), "Who is missing, and whose interview is due"),
    Sight("missing-hub", "mash", at("/missing/"), "The same at the hub", picture=False),
    Sight(
        "episode-hub",
        "mash",
        RECORD,
        "A record as the hub reads it: the clock, and not the young person's words",
    ),
    Sight("interview", "home_staff", INTERVIEW, "The return home interview"),
    Sight(
        "interview-error",
        "home_staff",
        then(INTERVIEW, tick("It was held"), press("Save")),
        "An interview without its day",
        picture=False,
    ),
    Sight("episode", "home_staff", SPOKEN, "The record with what she said", picture=False),
    Sight(
        "episode-change",
        "home_staff",
        then(RECORD, follow("Change the record")),
        "Changing a record",
        picture=False,
    ),
    Sight("episode-send", "home_staff", SEND, "What goes to police, item by item"),
    Sight(
        "episode-send-error",
        "home_staff",
        then(SEND, press("Send to police")),
        "A question not answered",
        picture=False,
    ),
    Sight("visits-empty", "home_staff", at("/visits/"), "Nothing logged", picture=False),
    Sight(
        "visits-error",
        "home_staff",
        then(at("/visits/"), press("Log it")),
        "A row that says nothing",
        picture=False,
    ),
    Sight("visits", "home_staff", VISIT, "The log of visitors and vehicles at a home"),
    Sight(
        "visits-send",
        "home_staff",
        then(VISIT, press("Send police what matters")),
        "One report from the rows that are ticked",
    ),
    Sight(
        "visits-send-error",
        "home_staff",
        then(VISIT, press("Send police what matters"), press("Send to police")),
        "A question not answered",
        picture=False,
    ),
    Sight("absence", "submitter", at("/absence/"), "Absence from education"),
    Sight(
        "absence-error",
        "submitter",
        then(at("/absence/"), press("Send to police")),
        "An absence of nobody",
        picture=False,
    ),
    Sight(
        "confidential",
        "nurse",
        then(at("/submissions/without-a-name/"), CONFIDED),
        "A clinic shares without naming the patient",
    ),
    Sight(
        "confidential-error",
        "nurse",
        then(at("/submissions/without-a-name/"), press("Send to police")),
        "Nothing written",
        picture=False,
    ),
    Sight("outreach", "outreach", at("/submissions/from-outreach/"), "The form of outreach"),
    Sight(
        "outreach-error",
        "outreach",
        then(at("/submissions/from-outreach/"), press("Send to police")),
        "Nothing written there",
        picture=False,
    ),
    Sight("messages-empty", "analyst", at("/messages/"), "No messages", picture=False),
    Sight("tell", "", at("/tell/"), "The page for people without an account"),
    Sight("tell-error", "", then(at("/tell/"), press("Send")), "Nothing written", picture=False),
    Sight("told", "", then(TELL, press("Send")), "What they take home"),
    Sight("messages", "analyst", at("/messages/"), "The desk's queue of messages"),
    Sight("message", "analyst", MESSAGE, "One message, and what was recognised in it"),
    Sight(
        "message-error",
        "analyst",
        then(MESSAGE, press("Set it aside")),
        "Set aside without a reason",
        picture=False,
    ),
    Sight(
        "message-settled",
        "analyst",
        then(MESSAGE, press("Take it in as a report"), MESSAGE),
        "A message that was taken in",
        picture=False,
    ),
)
