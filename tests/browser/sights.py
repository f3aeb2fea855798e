"""Every page in every state that it has, and how somebody gets there.

In order: what is empty is looked at before it is filled. A new page gets a line here, or
`test_pages.py` fails; `take.py` makes the pictures of docs/screens from the same lines.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from synthetic.agencies import SCHOOL
from tests.chaos.running import Stack
from tests.factories import joined, submission, suspect, with_phone

#: What somebody types who knows of the man of the demonstration.
NICKNAME, PHONE, PLATE = "Limpet", "07700 900982", "QX47 L?P"
#: What a school may keep by itself.
TABLE = """Log no;Date;Pupil name;Nickname of suspect;Mobile;What happened
S-1;02/03/2026;Una Vale;Dex;07700 900123;Picked up after school
S-2;soon;;;07700 900123;Seen again
S-3;03/03/2026;;Dex;;Waiting outside
"""
#: What somebody writes in one box; some of it ought to be put otherwise.
WORDS = (
    "Pupils say a man called Limpet waits in a silver car, QX47 L?P, by the car wash. His number "
    "is 07700 900982. One girl is promiscuous and puts herself at risk."
)
#: How a submission looks once its work has failed five times.
SET_ASIDE = """
UPDATE intelligence_queueitem SET failures = 5, parked_at = now(), done_at = NULL,
       error = 'DataError: value out of range in the third statement'
WHERE submission_id = (SELECT submission_id FROM intelligence_queueitem LIMIT 1)
RETURNING submission_id
"""

Way = Callable[[Page], None]


@dataclass(frozen=True)
class Sight:
    """One state of a page: what it is called, who sees it, how, and what it shows.

    `picture` says whether docs/screens has it, `after` what must have happened before.
    """

    name: str
    account: str
    go: Way
    shows: str
    picture: bool = True
    after: Callable[[Stack], None] | None = None


def at(address: str) -> Way:
    """Straight to an address."""
    return lambda page: page.goto(address) and None


def first(address: str, link: str) -> Way:
    """The first link of a list whose address begins so."""

    def go(page: Page) -> None:
        page.goto(address)
        page.locator(f"main a[href^='{link}']").first.click()
        page.wait_for_url(f"**{link}*/**")

    return go


def then(way: Way, *steps: Way) -> Way:
    """One after the other."""

    def go(page: Page) -> None:
        way(page)
        for step in steps:
            step(page)

    return go


def press(button: str) -> Way:
    """Press a button, and wait for the page that answers."""

    def go(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=button).first.click()

    return go


def follow(link: str) -> Way:
    """Follow the first link with these words, and wait for its page."""

    def go(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("link", name=link).first.click()

    return go


def fill(label: str, text: str) -> Way:
    """Type into the first field with this label."""
    return lambda page: page.get_by_label(label, exact=True).first.fill(text)


def pick(label: str, option: str) -> Way:
    """Choose in the first list with this label, by the words or the value."""
    return lambda page: page.get_by_label(label, exact=True).first.select_option(option) and None


def tick(label: str) -> Way:
    """Choose a radio button or a box."""
    return lambda page: page.get_by_label(label, exact=True).first.check()


def choose_file(page: Page) -> None:
    """A table as a school keeps it, with a row that cannot be read."""
    file = {"name": "concerns.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.get_by_label("Your file").set_input_files(file)


def await_words(words: str) -> Way:
    """Wait until the page says this."""
    return lambda page: page.get_by_text(words).first.wait_for()


FORM = at("/submissions/new/?referral=none")
BOX = at("/submissions/in-one-box/?referral=none")
RECOGNISED = then(
    BOX,
    fill("What have you seen, heard or been told?", WORDS),
    press("Continue"),
)
ON = press("Save and continue")
SEEN = then(
    FORM,
    fill(
        "What have you seen, heard or been told?",
        "Pupils say that a man they call Limpet waits by the car wash after school and gives "
        "lifts. One of them showed his number.",
    ),
)
PERSON = then(
    SEEN,
    ON,
    press("Add a person"),
    pick("Who is this?", "Someone I am worried about"),
    fill("Nicknames", NICKNAME),
)
PEOPLE = then(PERSON, press("Save this person"))
THINGS = then(
    PEOPLE,
    ON,
    fill("Number", PHONE),
    lambda page: page.get_by_label("Whose?").nth(0).select_option("p1") and None,
    fill("Registration", PLATE),
    fill("Colour", "silver"),
    lambda page: page.get_by_label("Whose?").nth(1).select_option("p1") and None,
)
PLACES = then(THINGS, ON, fill("Name", "The car wash"))
KNOWN = then(PLACES, ON)
SHARING = then(KNOWN, tick("Somebody else told me"), ON)
FILLED = then(SHARING, tick("I do not know"), ON)
UPLOAD = then(at("/uploads/"), choose_file, press("Open the file"))
CHECKED = then(
    UPLOAD,
    tick("Somebody else told us"),
    press("Check the rows"),
    await_words("Ready to send"),
)
PROPOSAL = first("/review/", "/review/")
REPORT = first("/reports/", "/reports/")
SENDER = then(REPORT, follow("Answer the sender"))
MERGE = then(first("/people/", "/people/"), follow("Merge it with another profile"))
ASKED = then(
    at("/submissions/"),
    lambda page: (
        page.get_by_role("row")
        .filter(has_text="Question for you")
        .get_by_role("link")
        .first.click()
    ),
    await_words("A question for you"),
)
WITHDRAWN = then(
    at("/reports/"),
    lambda page: (
        page.get_by_role("row").filter(has_text="Withdrawn").get_by_role("link").first.click()
    ),
    await_words("Withdrawn by its sender"),
)
ALARM = first("/alarms/", "/alarms/")
CORRECTED = then(
    at("/reports/"),
    lambda page: (
        page.get_by_role("row").filter(has_text="Corrected").get_by_role("link").first.click()
    ),
    await_words("Corrected by its sender"),
)
YOUNG = first("/young-people/", "/young-people/")


def publish(stack: Stack) -> None:
    """Publish the figures of the quarter that is running."""
    (first_day,) = stack.ask("SELECT (date_trunc('quarter', now()) + interval '3 months')::date")[0]
    stack.manage("publish_release", "--as-at", str(first_day))


def a_day_later(stack: Stack) -> None:
    """Two days go by for what was asked and released, and the submissions that it is about."""
    about = "SELECT submission_id FROM intelligence_question"
    ago = "interval '2 days'"
    stack.ask(
        f"UPDATE intelligence_submission SET received_at = received_at - {ago} "
        f"WHERE id IN ({about}) RETURNING id"
    )
    for table, written in (("question", "asked_at"), ("outcome", "released_at")):
        stack.ask(
            f"UPDATE intelligence_{table} SET {written} = {written} - {ago}, "
            f"shown_from = shown_from - {ago} RETURNING id"
        )


def correct(stack: Stack) -> None:
    """Have a school send a report, and then the correction of it."""
    first = submission(reference="SIGHT-1", **joined({"persons": [suspect()]}, with_phone()))
    lines = [first, first | {"reference": "SIGHT-2", "corrects": "SIGHT-1"}]
    file = stack.folder / "corrected.jsonl"
    file.write_text("".join(f"{json.dumps({'agency': SCHOOL, **line})}\n" for line in lines))
    stack.manage("import_submissions", str(file))


def set_aside(stack: Stack) -> None:
    """Have the work on one submission fail."""
    stack.ask(SET_ASIDE)


SIGHTS = (
    Sight("sign-in", "", at("/sign-in/"), "Signing in, and the story to try"),
    Sight(
        "sign-in-error",
        "",
        then(at("/sign-in/"), fill("User name", "nobody"), fill("Password", "x"), press("Sign in")),
        "A name and a password that do not go together",
        picture=False,
    ),
    Sight("danger", "", at("/danger/"), "What to do in immediate danger"),
    Sight("privacy", "", at("/privacy/"), "How information is used"),
    Sight("accessibility", "", at("/accessibility/"), "The accessibility statement"),
    Sight("away", "", at("/away/"), "What shows once the screen is hidden", picture=False),
    Sight("home-submitter", "submitter", at("/"), "A practitioner's first page"),
    Sight("submissions-empty", "submitter", at("/submissions/"), "Nothing sent yet", picture=False),
    Sight("begin", "submitter", at("/submissions/before-you-start/"), "Before every form"),
    Sight(
        "begin-error",
        "submitter",
        then(at("/submissions/before-you-start/"), press("Write it in one box")),
        "Nobody said whether somebody was told",
        picture=False,
    ),
    Sight("box", "submitter", BOX, "A concern in one's own words"),
    Sight(
        "box-empty-error",
        "submitter",
        then(BOX, press("Continue")),
        "Nothing written",
        picture=False,
    ),
    Sight("box-recognised", "submitter", RECOGNISED, "What was recognised in them, to confirm"),
    Sight(
        "box-error",
        "submitter",
        then(
            RECOGNISED, lambda page: page.get_by_role("button", name="Send to police").last.click()
        ),
        "A question not answered",
        picture=False,
    ),
    Sight("share", "submitter", FORM, "The first of the seven steps in which a concern is shared"),
    Sight("share-seen", "submitter", SEEN, "The same, filled in", picture=False),
    Sight("share-people-empty", "submitter", then(SEEN, ON), "Nobody named yet", picture=False),
    Sight("share-person", "submitter", PERSON, "One person, as far as they are known"),
    Sight("share-people", "submitter", PEOPLE, "The people of a report"),
    Sight("share-things", "submitter", THINGS, "Phones and vehicles, read in part"),
    Sight(
        "share-things-error",
        "submitter",
        then(PEOPLE, ON, fill("Saved under the name", "Dad"), ON),
        "A phone without its number",
    ),
    Sight("share-places", "submitter", PLACES, "Places and names used online", picture=False),
    Sight("share-known", "submitter", KNOWN, "How it is known, in plain questions"),
    Sight("share-known-error", "submitter", then(KNOWN, ON), "That not answered", picture=False),
    Sight("share-sharing", "submitter", SHARING, "Who may know"),
    Sight(
        "share-person-error",
        "submitter",
        then(PERSON, fill("Age, or youngest", "many"), press("Save this person")),
        "An age that is none",
        picture=False,
    ),
    Sight(
        "share-check-error",
        "submitter",
        then(KNOWN, press("Check and send"), press("Send to police")),
        "Sent too soon",
        picture=False,
    ),
    Sight("share-filled", "submitter", FILLED, "Everything once more, before it is sent"),
    Sight("draft", "submitter", then(KNOWN, follow("Your report")), "A report not finished"),
    Sight(
        "home-unfinished",
        "submitter",
        then(KNOWN, press("Save and finish later")),
        "The way back to it",
        picture=False,
    ),
    Sight("receipt", "submitter", then(FILLED, press("Send to police")), "The receipt"),
    Sight(
        "copy",
        "submitter",
        then(
            at("/submissions/"),
            lambda page: page.locator("tbody a").first.click(),
            await_words("Is something wrong in it?"),
            follow("Make a copy"),
        ),
        "A copy of it for the child's own record",
    ),
    Sight(
        "session-ends",
        "submitter",
        then(
            at("/submissions/"),
            lambda page: page.evaluate("document.querySelector('[data-session]').showModal()"),
        ),
        "The session is about to end",
        picture=False,
    ),
    Sight("submissions", "submitter", at("/submissions/"), "What one has sent"),
    Sight("file-empty", "submitter", at("/uploads/"), "No file sent yet", picture=False),
    Sight(
        "file-error",
        "submitter",
        then(at("/uploads/"), press("Open the file")),
        "No file chosen",
        picture=False,
    ),
    Sight("file-columns", "submitter", UPLOAD, "What the columns of a file are"),
    Sight(
        "file-columns-error",
        "submitter",
        then(UPLOAD, pick("What is “Date”?", "reference"), press("Check the rows")),
        "Two columns that are said to be one thing",
        picture=False,
    ),
    Sight("file-checked", "submitter", CHECKED, "What was read of a file, before it is sent"),
    Sight(
        "file-sent",
        "submitter",
        then(CHECKED, press("Send 2 rows to police"), await_words("2 rows sent")),
        "What became of it",
    ),
    Sight("files", "submitter", at("/uploads/"), "One's own files"),
    Sight("not-found", "submitter", at("/nothing/"), "A page that is not there", picture=False),
    Sight("refused", "submitter", at("/reports/"), "A page that one may not see", picture=False),
    Sight("home-lead", "lead", at("/"), "An agency lead's first page"),
    Sight("submissions-lead", "lead", at("/submissions/"), "What the agency has sent"),
    Sight("own-figures", "lead", at("/figures/our-agency/"), "What came back to the agency"),
    Sight("our-month", "lead", at("/figures/our-agency/month/"), "A month of the agency"),
    Sight("guidance", "submitter", at("/guidance/"), "What helps most, and why"),
    *(
        Sight(f"guidance-{slug}", "submitter", at(f"/guidance/{slug}/"), slug, slug == "schools")
        for slug in ("police", "social-workers", "commissioners", "health", "schools")
    ),
    Sight("team", "lead", at("/team/"), "Joiners and leavers, and the sharing agreement"),
    Sight(
        "team-error",
        "lead",
        then(at("/team/"), press("Ask the administrator")),
        "A joiner without a name",
        picture=False,
    ),
    Sight(
        "end-account",
        "lead",
        then(at("/team/"), lambda page: page.locator("td a").first.click()),
        "Somebody leaves",
        picture=False,
    ),
    Sight("keys-empty", "lead", at("/team/keys/"), "No key yet", picture=False),
    Sight(
        "keys-error",
        "lead",
        then(at("/team/keys/"), press("Make the key")),
        "A key for no system",
        picture=False,
    ),
    Sight(
        "keys",
        "lead",
        then(
            at("/team/keys/"),
            fill("Which system is it for?", "Pupil records"),
            press("Make the key"),
        ),
        "A new key for the agency’s own system, shown once",
    ),
    Sight("reports-lead", "lead", at("/reports/"), "Its reports", picture=False),
    Sight("report-lead", "lead", REPORT, "One of them, as its sender sees it", picture=False),
    Sight("home-mash", "mash", at("/"), "The safeguarding hub's first page"),
    Sight("reports-mash", "mash", at("/reports/"), "Reports on young people", picture=False),
    Sight("report-mash", "mash", REPORT, "A report as the hub sees it"),
    Sight(
        "alarms",
        "mash",
        at("/alarms/"),
        "Children at risk now of whom nobody had told",
    ),
    Sight("alarm", "mash", ALARM, "One of them: whom to call, and three steps"),
    Sight(
        "alarm-error",
        "mash",
        then(ALARM, press("Pass it on")),
        "Passed on to nobody",
        picture=False,
    ),
    Sight(
        "alarm-closed",
        "mash",
        then(
            at("/alarms/"),
            lambda page: page.locator("main a[href^='/alarms/']").nth(1).click(),
            await_words("conditions keep its words"),
        ),
        "One whose words its conditions keep from the hub",
        picture=False,
    ),
    Sight(
        "alarm-passed-on",
        "mash",
        then(
            ALARM,
            press("Acknowledge"),
            press("Take it on"),
            fill("Passed on to", "Duty social worker, by telephone"),
            press("Pass it on"),
        ),
        "One that was passed on",
        picture=False,
    ),
    Sight("young-people-mash", "mash", at("/young-people/"), "Young people at risk", picture=False),
    Sight("young-person-mash", "mash", YOUNG, "A young person there", picture=False),
    Sight("home-analyst", "analyst", at("/"), "An analyst's first page"),
    Sight("review", "analyst", at("/review/"), "The review queue: what is proposed, and why"),
    Sight("proposal", "analyst", PROPOSAL, "Why two reports may speak of one person"),
    Sight(
        "proposal-error",
        "analyst",
        then(PROPOSAL, press("Save the decision")),
        "A decision without an answer",
        picture=False,
    ),
    Sight(
        "proposal-unsure",
        "analyst",
        then(PROPOSAL, tick("Not sure yet"), press("Save the decision")),
        "After a decision that leaves it open",
        picture=False,
    ),
    Sight(
        "decision",
        "analyst",
        then(PROPOSAL, tick("Yes, link them"), press("Save the decision")),
        "A decision, and how to take it back",
    ),
    Sight(
        "decision-error",
        "analyst",
        then(
            PROPOSAL,
            tick("Yes, link them"),
            press("Save the decision"),
            press("Take the decision back"),
        ),
        "Taking back without a reason",
        picture=False,
    ),
    Sight(
        "decision-taken-back",
        "analyst",
        then(
            PROPOSAL,
            tick("Yes, link them"),
            press("Save the decision"),
            fill("Reason", "The registration was read wrongly."),
            press("Take the decision back"),
        ),
        "A decision that was taken back",
        picture=False,
    ),
    Sight("reports", "analyst", at("/reports/"), "The reports of the force, the newest first"),
    Sight("report", "analyst", REPORT, "One report, and its grade"),
    Sight(
        "report-error",
        "analyst",
        then(
            REPORT,
            tick("C: Lawful sharing permitted with conditions"),
            press("Save the grade"),
        ),
        "A grade without its conditions",
        picture=False,
    ),
    Sight(
        "sharing",
        "supervisor",
        then(REPORT, follow("Who has this report")),
        "Who has a report, and letting others in",
    ),
    Sight(
        "sharing-error",
        "supervisor",
        then(REPORT, follow("Who has this report"), press("Share it")),
        "Sharing with nobody, for no reason",
        picture=False,
    ),
    Sight("answer-sender", "analyst", SENDER, "Asking whoever sent a report"),
    Sight(
        "answer-sender-error",
        "analyst",
        then(SENDER, press("Release it")),
        "No outcome chosen",
        picture=False,
    ),
    Sight(
        "answer-sender-asked",
        "analyst",
        then(
            SENDER,
            fill("Your question", "Which of the two car parks was it?"),
            press("Ask it"),
            tick("Your report was used. Thank you."),
            press("Release it"),
        ),
        "A question to whoever sent a report, and the outcome, both waiting for the first day",
    ),
    Sight("home-asked", "submitter", at("/"), "A question waits", picture=False, after=a_day_later),
    Sight("submission-asked", "submitter", ASKED, "A question, and what came of a report"),
    Sight(
        "correct",
        "submitter",
        then(ASKED, follow("Send a correction")),
        "What comes of a correction",
        picture=False,
    ),
    Sight(
        "correct-begun",
        "submitter",
        then(ASKED, follow("Send a correction"), press("Begin the correction")),
        "The report begun with what was sent",
        picture=False,
    ),
    Sight("withdraw", "submitter", then(ASKED, follow("withdraw the report")), "Taking it back"),
    Sight(
        "withdraw-error",
        "submitter",
        then(ASKED, follow("withdraw the report"), press("Withdraw it")),
        "No reason chosen",
        picture=False,
    ),
    Sight(
        "question-error", "submitter", then(ASKED, press("Send your answer")), "No answer", False
    ),
    Sight(
        "question",
        "submitter",
        then(
            ASKED,
            fill("Your answer", "The one behind the swimming pool."),
            press("Send your answer"),
            follow("Add to your answer"),
        ),
        "A question that was answered",
        picture=False,
    ),
    Sight(
        "withdrawn",
        "submitter",
        then(
            at("/submissions/"),
            lambda page: page.locator("tbody a").first.click(),
            await_words("Is something wrong in it?"),
            follow("withdraw the report"),
            tick("It was sent twice"),
            press("Withdraw it"),
        ),
        "A report that was withdrawn",
        picture=False,
    ),
    Sight("report-withdrawn", "analyst", WITHDRAWN, "The same at the desk", picture=False),
    Sight(
        "report-corrected",
        "analyst",
        CORRECTED,
        "A report in whose place a correction stands",
        picture=False,
        after=correct,
    ),
    Sight("people", "analyst", at("/people/"), "People reported as suspected offenders"),
    Sight("person", "analyst", first("/people/", "/people/"), "One of them"),
    Sight("merge", "analyst", MERGE, "Another profile looked for"),
    Sight(
        "merge-error",
        "analyst",
        then(MERGE, fill("Code of the other profile", "P-1"), press("Compare the two")),
        "A code that finds nobody",
        picture=False,
    ),
    Sight(
        "split",
        "analyst",
        then(MERGE, lambda page: page.goto(page.url.replace("merge", "split")) and None),
        "The reports of a profile to choose from",
    ),
    Sight(
        "history",
        "analyst",
        then(first("/people/", "/people/"), follow("Read its history")),
        "What became of a profile",
    ),
    Sight("young-people", "analyst", at("/young-people/"), "Young people, by pseudonym"),
    Sight("young-person", "analyst", YOUNG, "One young person, the name hidden"),
    Sight(
        "young-person-error",
        "analyst",
        then(YOUNG, press("Show the name")),
        "The name asked for without a reason",
        picture=False,
    ),
    Sight(
        "young-person-named",
        "analyst",
        then(YOUNG, fill("Reason", "Strategy meeting tomorrow."), press("Show the name")),
        "The name shown, for a reason that is kept",
        picture=False,
    ),
    Sight("home-supervisor", "supervisor", at("/"), "A supervisor's first page", picture=False),
    Sight("set-aside-empty", "supervisor", at("/parked/"), "Nothing set aside", picture=False),
    Sight(
        "linking-model",
        "supervisor",
        at("/linking-model/"),
        "The versions of the linking model, and how right judged links were",
    ),
    Sight(
        "hubs-empty", "supervisor", at("/linking-model/hubs/"), "Nothing is pinned", picture=False
    ),
    Sight(
        "hubs",
        "supervisor",
        then(
            at("/linking-model/hubs/"),
            tick("Telephone number"),
            fill("The number or the registration", "07700 900999"),
            fill("Reason", "The telephone of a home for young people."),
            press("Pin it"),
        ),
        "What weighs nothing, and why",
    ),
    Sight(
        "hub",
        "supervisor",
        first("/linking-model/hubs/", "/linking-model/hubs/"),
        "One of them, and how to let it count again",
        picture=False,
    ),
    Sight(
        "linking-model-version",
        "supervisor",
        then(at("/linking-model/"), follow("Version ")),
        "A version of the linking model",
        picture=False,
    ),
    Sight("home-investigator", "investigator", at("/"), "An investigator's", picture=False),
    Sight("reports-empty", "investigator", at("/reports/"), "No reports", picture=False),
    Sight("people-empty", "investigator", at("/people/"), "Nobody", picture=False),
    Sight("young-people-empty", "investigator", at("/young-people/"), "Nobody", picture=False),
    Sight("home-commissioner", "commissioner", at("/"), "A commissioner's", picture=False),
    Sight("figures-empty", "commissioner", at("/figures/"), "Nothing published", picture=False),
    Sight("home-auditor", "auditor", at("/"), "An auditor's", picture=False),
    Sight("record", "auditor", at("/audit/"), "The record of use"),
    Sight("record-empty", "auditor", at("/audit/?who=zz"), "None of this kind", picture=False),
    Sight("home-administrator", "administrator", at("/"), "An administrator's", picture=False),
    Sight("accounts-empty", "administrator", at("/accounts/"), "Nobody asks", picture=False),
    Sight(
        "team-asked",
        "lead",
        then(
            at("/team/"),
            fill("Their name", "Una Vale"),
            tick("Practitioner: shares concerns, sees their own"),
            fill("Their job, and how to reach them", "Teaches year 9, extension 12."),
            press("Ask the administrator"),
        ),
        "A joiner, asked for",
        picture=False,
    ),
    Sight("accounts", "administrator", at("/accounts/"), "What leads ask the administrator for"),
    Sight(
        "accounts-error",
        "administrator",
        then(at("/accounts/"), press("Decline the account of Una Vale")),
        "Declined without a reason",
        picture=False,
    ),
    Sight(
        "figures",
        "commissioner",
        at("/figures/"),
        "What is published",
        picture=False,
        after=publish,
    ),
    Sight(
        "release",
        "commissioner",
        first("/figures/", "/figures/"),
        "The figures of a quarter, as a commissioner reads them",
    ),
    Sight(
        "set-aside",
        "supervisor",
        at("/parked/"),
        "What could not be processed, and trying it again",
        after=set_aside,
    ),
)
