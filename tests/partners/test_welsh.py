"""Welsh, from the switch to the receipt: complete, and no page half in English."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import polib
import pytest
from django.utils import timezone

from cse_profile import catalogue
from intelligence import answering
from intelligence.models import Submission
from partners import welsh
from tests.conftest import WebClient
from tests.factories import joined, submission, suspect, with_car, with_phone
from tests.worlds import asking

BOX = "/submissions/in-one-box/"
GATE = "/submissions/before-you-start/"
#: Words that stand in hardly any English sentence all missing, and in no Welsh one.
ENGLISH = re.compile(r"\b(?:the|and|of|you|your|is|it|this|that|for|not|with|what|was)\b", re.I)
WRITTEN = "Gwelwyd Dex, known as Limpet, QX47 ABC, 07700 900482, aged 14, on 2 March 2026."
#: What the sender wrote, which stays in their language.
OWN = ("known as", WRITTEN, "2 March 2026", "QX47 ABC")


class Words(HTMLParser):
    """The words of a page that somebody reads or hears, but those marked as another language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.language = ""
        self.feed(page)

    @property
    def hidden(self) -> bool:
        return any(hides for _, hides in self.open)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.language = given["lang"]
        hides = tag in {"script", "style", "svg", "mark", "blockquote"}
        hides |= tag != "html" and given.get("lang", "cy") != "cy"
        if not hides and not self.hidden:
            self.said += [given[name] for name in ("aria-label", "title", "alt") if given.get(name)]
        if tag not in {"input", "meta", "link", "br", "rect", "path", "circle"}:
            self.open.append((tag, hides))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not self.hidden:
            self.said.append(" ".join(data.split()))


def english(page: str) -> list[str]:
    """What a page in Welsh says in English: words of the catalogue, or words of the language."""
    catalogued = {
        entry.msgid for entry in polib.pofile(str(catalogue.SOURCE)) if entry.msgid != entry.msgstr
    } - {entry.msgstr for entry in polib.pofile(str(catalogue.SOURCE))}
    found = []
    for words in Words(page).said:
        rest = words
        for own in OWN:
            rest = rest.replace(own, "")
        if words in catalogued or ENGLISH.search(rest):
            found.append(words)
    return found


@pytest.fixture
def cymraes(cast, sign_in):
    """The teacher, who has pressed “Cymraeg”."""
    client = sign_in(cast.teacher)
    client.post("/language/", {"language": "cy", "next": GATE})
    return client


def test_the_catalogue_has_every_word_of_these_pages_and_nothing_unsure():
    held = polib.pofile(str(catalogue.SOURCE))
    translated = {entry.msgid for entry in held.translated_entries()}

    assert catalogue.messages() - translated == set()
    assert {entry.msgid for entry in held} - catalogue.messages() == set()
    assert held.fuzzy_entries() == []
    assert "" not in catalogue.messages()  # it stands for the head of the catalogue


def test_what_stands_for_a_value_stands_in_the_translation_too():
    holes = re.compile(r"%\(\w+\)s|\{\w+\}")
    for entry in polib.pofile(str(catalogue.SOURCE)):
        assert sorted(holes.findall(entry.msgid)) == sorted(holes.findall(entry.msgstr)), entry


def test_the_switch_goes_back_to_the_same_page_in_welsh_and_in_english_again(cast, sign_in):
    client = sign_in(cast.teacher)
    page = client.get(GATE).content.decode()
    assert '<html lang="en"' in page
    assert 'lang="cy">Cymraeg</button>' in page

    response = client.post("/language/", {"language": "cy", "next": GATE})
    assert (response.status_code, response.headers["Location"]) == (302, GATE)
    page = client.get(GATE).content.decode()
    assert '<html lang="cy"' in page
    assert 'lang="en">English</button>' in page

    client.post("/language/", {"language": "en", "next": GATE})
    assert '<html lang="en"' in client.get(GATE).content.decode()


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "", "\\\\x"])
def test_the_switch_leads_to_no_other_site(db, away):
    response = WebClient().post("/language/", {"language": "cy", "next": away})
    assert response.headers["Location"] == "/"


def test_the_gate_speaks_no_english(cymraes):
    assert english(cymraes.get(GATE).content.decode()) == []
    assert english(cymraes.get(f"{GATE}?go=quick").content.decode()) == []  # nothing chosen


def test_one_box_speaks_no_english_from_the_first_word_to_the_receipt(cymraes):
    shown = cymraes.get(f"{BOX}?referral=none").content.decode()
    assert english(shown) == []
    empty = cymraes.post(BOX, _hidden(shown) | {"narrative": "", "read": "1"})
    assert english(empty.content.decode()) == []

    told = _hidden(shown) | {"narrative": WRITTEN}
    confirm = cymraes.post(BOX, told | {"read": "1"}).content.decode()
    assert english(confirm) == []
    told |= _hidden(confirm)
    wrong = cymraes.post(BOX, told | {"send": "1"})
    assert wrong.status_code == 400
    assert english(wrong.content.decode()) == []

    told |= _ticked(confirm) | {"child_at_risk_now": "yes", "how_known": "first_hand"}
    sent = cymraes.post(BOX, told | {"send": "1"}, follow=True).content.decode()
    assert "Mae eich adroddiad gennym" in sent
    assert "Rydych wedi dweud wrthym y gall plentyn fod mewn perygl nawr." in sent
    assert english(sent) == []


def test_the_receipt_of_a_longer_report_speaks_no_english(cast, cymraes, submit):
    parts = joined({"persons": [suspect(nicknames=["Limpet"])]}, with_phone(), with_car())
    sent = submit(submission(narrative="Gwelwyd car arian.", **parts), by=cast.teacher)

    assert english(cymraes.get(f"/submissions/{sent.submission}/").content.decode()) == []


def test_what_was_sent_and_what_is_asked_speak_no_english(cast, cymraes, sign_in, submit):
    assert english(cymraes.get("/submissions/").content.decode()) == []  # nothing yet
    sent = submit(submission(), by=cast.teacher)
    Submission.objects.update(received_at=timezone.now() - timedelta(days=2))
    with asking(cast.analyst):
        row = Submission.objects.get(pk=sent.submission)
        question = answering.ask(row, by=cast.analyst, text="Pa arcêd?")
    address = f"/questions/{question.pk}/"

    assert english(cymraes.get("/submissions/").content.decode()) == []
    assert english(cymraes.get(address).content.decode()) == []
    assert english(cymraes.post(address, {}).content.decode()) == []  # no answer
    cymraes.post(address, {f"{question.pk}-text": "Yr un ger y pier."})
    assert english(cymraes.get(address).content.decode()) == []
    lead = sign_in(cast.head)
    lead.post("/language/", {"language": "cy", "next": "/"})
    assert english(lead.get("/submissions/").content.decode()) == []


def test_taking_back_and_having_nothing_speak_no_english(cast, cymraes, submit):
    sent = submit(submission(narrative="Gwelwyd car."), by=cast.teacher)
    address = f"/submissions/{sent.submission}/withdraw/"

    assert english(cymraes.get(address).content.decode()) == []
    assert english(cymraes.post(address, {}).content.decode()) == []  # no reason
    taken = cymraes.post(address, {"reason": "twice"}, follow=True).content.decode()
    assert "Mae eich adroddiad wedi’i dynnu’n ôl." in taken
    assert english(taken) == []
    noted = cymraes.post("/submissions/nothing-to-share/", follow=True).content.decode()
    assert "Nodwyd" in noted
    assert english(noted) == []


def test_danger_speaks_no_english(cymraes):
    assert english(cymraes.get("/danger/").content.decode()) == []


def test_a_page_that_does_not_speak_welsh_says_so_and_stays_english(cymraes):
    page = cymraes.get("/").content.decode()

    assert '<html lang="en"' in page
    assert 'lang="cy">Nid yw’r dudalen hon ar gael yn Gymraeg eto.</p>' in page
    assert "What would you like to do?" in page


def test_what_is_not_found_is_english_after_a_page_in_welsh(cymraes):
    cymraes.get(GATE)
    assert '<html lang="en"' in cymraes.get("/nowhere/").content.decode()


@pytest.mark.parametrize(
    "address", ["/submissions/00000000-0000-4000-8000-000000000000/", "/figures/"]
)
def test_a_page_that_is_refused_is_english_whole_and_offers_no_other_language(cymraes, address):
    answer = cymraes.get(address)
    page = answer.content.decode()

    assert answer.status_code in {403, 404}
    assert '<html lang="en"' in page
    assert "pi-language" not in page
    assert "Share a concern" in page


def test_the_api_answers_as_it_always_does(cast, cymraes):
    cymraes.get(GATE)
    assert cymraes.get("/api/v1/submissions/").json()["errors"][0]["message"].isascii()


def test_every_page_that_speaks_welsh_is_a_page():
    from tests.test_architecture import doors

    assert {name for _, name, _ in doors()} >= welsh.PAGES


def _hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in fields if name not in {"csrfmiddlewaretoken", "next"}}


def _ticked(page: str) -> dict[str, str]:
    """Every chip ticked, and its value as it was offered."""
    told = dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+-keep)"', page), "on")
    for name, value in re.findall(r'<input type="text" name="([^"]+-said)" value="([^"]*)"', page):
        told[name] = value
    for name in re.findall(r'<select name="([^"]+-whose)"', page):
        told[name] = "child" if name.startswith("age") else ""
    return told
