"""The short way: one box of text, what was recognised in it, and the same submission."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from intelligence.models import Draft, Original, Submission

pytestmark = pytest.mark.django_db

TEXT = (
    "Girl in year 9 was picked up last night by a man known as 'Taz', aka 'Razor', in QX00 ABC. "
    "She is 14. His number is 07700 900417."
)
ANSWERS = {"how_known": "first_hand", "child_at_risk_now": "no"}


class Short:
    """A browser at the short form, without scripts."""

    def __init__(self, client: Any, text: str) -> None:
        self.client = client
        self.data: dict[str, str] = {}
        page = self._read(client.get(reverse("quick"), {"referral": "none"}))
        self.post(read="1", narrative=text, **page)

    def _read(self, response: Any) -> dict[str, str]:
        self.status, self.html = response.status_code, response.content.decode()
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.html)
        return {name: unescape(value) for name, value in hidden if name != "csrfmiddlewaretoken"}

    def post(self, **changes: str) -> Any:
        """Press a button, with everything that the page holds."""
        buttons = {"read", "send", "more"}
        kept = {name: value for name, value in self.data.items() if name not in buttons}
        response = self.client.post(reverse("quick"), kept | changes)
        self.data = kept | changes | self._read(response)
        return response

    def chips(self) -> dict[str, str]:
        """The chips that the page shows: title to key."""
        shown = re.findall(r'id="([a-z]+-[0-9a-f]{10})" data-chip><legend[^>]*>([^<]+)<', self.html)
        return {unescape(title): key for key, title in shown}

    def tick(self, title: str, **fields: str) -> None:
        """Confirm a chip as it stands on the page, with some fields changed."""
        key = self.chips()[title]
        said = re.search(rf'name="{key}-said" value="([^"]*)"', self.html)
        app = re.search(rf'name="{key}-app" value="([^"]*)"', self.html)
        self.data |= {f"{key}-keep": "on", f"{key}-said": unescape(said[1]) if said else ""}
        self.data |= {f"{key}-app": unescape(app[1])} if app else {}
        self.data |= {f"{key}-{name}": value for name, value in fields.items()}

    def send(self) -> dict[str, Any]:
        """Send it, and give what was stored."""
        response = self.post(send="1", **ANSWERS)
        assert response.status_code == 302, self.html
        return Original.objects.get().payload


@pytest.fixture
def short(cast, sign_in):
    """Opens the short form as a teacher and writes into it."""
    return lambda text=TEXT: Short(sign_in(cast.teacher), text)


def test_what_is_recognised_is_offered_with_the_words_it_stands_in_and_why(short):
    page = short()
    assert list(page.chips()) == [
        "School year: year 9",
        "Day: last night",
        "Nickname: Taz",
        "Nickname: Razor",
        "Registration: QX00 ABC",
        "Age: 14",
        "Phone number: 07700 900417",
    ]
    assert "<mark>QX00 ABC</mark>" in page.html
    assert "Two letters, two digits, three letters" in page.html
    assert "checked" not in page.html


def test_nothing_is_kept_that_was_not_ticked(short):
    payload = short().send()
    assert payload["narrative"] == TEXT
    lists = {"persons", "phones", "vehicles", "places", "online_accounts", "events", "relations"}
    assert not lists & set(payload)


def test_what_is_ticked_becomes_the_same_submission_as_the_long_form_makes(short):
    page = short()
    taz = page.chips()["Nickname: Taz"]
    page.tick("Nickname: Taz", whose="suspected_offender")
    page.tick("Nickname: Razor", whose=taz)
    page.tick("Registration: QX00 ABC", whose=taz)
    page.tick("Phone number: 07700 900417")
    page.tick("Age: 14", whose="child")
    payload = page.send()

    assert payload["persons"] == [
        {"ref": "p1", "role": "suspected_offender", "nicknames": ["Taz", "Razor"]},
        {"ref": "p2", "role": "child_at_risk", "age_from": 14, "age_to": 14},
    ]
    assert payload["phones"] == [{"ref": "ph1", "number": "07700 900417"}]
    assert payload["vehicles"] == [{"ref": "v1", "registration": "QX00 ABC"}]
    assert payload["relations"] == [{"from": "p1", "kind": "drives", "to": "v1"}]


def test_a_chip_is_corrected_before_it_is_kept(short):
    page = short("Black van, part of the plate QX0, number ending 0417.")
    page.tick("Registration: QX0", said="QX0? *")
    page.tick("Phone number: 0417")
    payload = page.send()

    assert payload["vehicles"][0]["registration"] == "QX0? *"
    assert payload["phones"][0]["number"] == "*0417"


def test_an_account_keeps_the_app_it_stood_beside(short):
    page = short("His snap is wavy_davey7.")
    page.tick("Name used online: wavy_davey7")
    assert page.send()["online_accounts"] == [
        {"ref": "a1", "platform": "Snapchat", "handle": "wavy_davey7"}
    ]


def test_a_day_is_told_from_today_and_is_the_day_of_the_report(short):
    page = short("Seen on 3 March 2026 and again on 5 March 2026.")
    page.tick("Day: 3 March 2026")
    page.tick("Day: 5 March 2026")
    payload = page.send()
    assert [event["when"]["from"] for event in payload["events"]] == ["2026-03-03", "2026-03-05"]
    assert payload["information_date"] == "2026-03-05"


def test_what_is_wrong_with_a_chip_is_said_at_the_chip_and_nothing_is_stored(short):
    page = short()
    page.tick("Phone number: 07700 900417", said="ring the office")
    page.tick("Age: 14", whose="")
    assert page.post(send="1", **ANSWERS).status_code == 400
    assert "This is not a telephone number." in page.html
    assert "Say whose it is, or untick it." in page.html
    assert not Submission.objects.exists()


def test_two_ages_are_never_put_on_one_person(short):
    page = short("She is 14 and her friend is 15.")
    page.tick("Age: 14", whose="child")
    page.tick("Age: 15", whose="child")
    assert page.post(send="1", **ANSWERS).status_code == 400
    assert "This person has one already" in page.html

    page.tick("Age: 15", whose="child2")
    assert [person["age_from"] for person in page.send()["persons"]] == [14, 15]


def test_a_detail_is_not_tied_to_a_nickname_that_was_dropped(short):
    page = short()
    page.tick("Registration: QX00 ABC", whose=page.chips()["Nickname: Taz"])
    assert page.post(send="1", **ANSWERS).status_code == 400
    assert "Tick that nickname too" in page.html


def test_what_changed_words_add_is_shown_before_it_is_sent(short):
    page = short()
    page.tick("Age: 14", whose="child")
    more = page.post(send="1", narrative=f"{TEXT} Also QZ31 DGR.", **ANSWERS)
    assert more.status_code == 200
    assert "Registration: QZ31 DGR" in page.chips()
    assert not Submission.objects.exists()
    # What was ticked before stays ticked.
    assert len(page.send()["persons"]) == 1


def test_the_questions_that_the_text_cannot_answer_must_be_answered(short):
    page = short()
    assert page.post(send="1").status_code == 400
    assert "Say whether a child is at risk now." in page.html
    assert "Tell us how you know" in page.html


def test_more_detail_goes_on_in_steps_with_all_that_was_ticked(short):
    page = short()
    page.tick("Nickname: Taz", whose="suspected_offender")
    answer = page.post(more="1", how_known="first_hand", child_at_risk_now="no")
    draft = Draft.objects.get()
    assert (draft.way, answer["Location"]) == ("steps", reverse("draft", kwargs={"pk": draft.pk}))
    assert draft.answers["persons-0-nicknames"] == "Taz"
    assert draft.answers["narrative"] == TEXT


def test_what_is_written_is_kept_as_a_draft_until_it_is_sent(short):
    page = short()
    page.tick("Age: 14", whose="child")
    page.post(read="1", narrative=f"{TEXT} Also at night.")
    draft = Draft.objects.get()
    again = page.client.get(reverse("draft", kwargs={"pk": draft.pk}), follow=True)
    html = unescape(again.content.decode())
    assert "Also at night." in html
    assert re.search(r'name="age-[0-9a-f]+-keep"[^>]* checked', html)
    page.data["draft"] = str(draft.pk)
    page.send()
    assert not Draft.objects.exists()


def test_a_colleague_s_draft_is_neither_read_nor_written(short, cast, sign_in):
    page = short()
    draft = Draft.objects.get()
    colleague = sign_in(cast.colleague)
    assert colleague.get(reverse("quick"), {"draft": str(draft.pk)}).status_code == 404
    colleague.post(reverse("quick"), {"draft": str(draft.pk), "narrative": "Mine.", "read": "1"})
    assert Draft.objects.get(pk=draft.pk).answers["narrative"] == TEXT
    assert page.status == 200


def test_the_script_saves_what_is_typed_into_the_box(short):
    page = short()
    saved = page.client.post(reverse("quick"), {"narrative": "He waits", "keep": "1"}).json()
    assert Draft.objects.get(pk=saved["draft"]).answers == {"narrative": "He waits"}
    assert saved["address"] == f"{reverse('quick')}?draft={saved['draft']}"


def test_the_same_page_sent_again_with_other_answers_is_shown_as_a_report_of_its_own(short):
    page = short()
    page.send()
    answer = page.client.post(
        reverse("quick"), page.data | ANSWERS | {"send": "1", "narrative": "Other."}, follow=True
    )
    html = answer.content.decode()
    assert "You sent this form before, with other answers" in html
    assert Submission.objects.count() == 1


def test_sending_the_same_page_twice_is_one_submission(short):
    page = short()
    page.send()
    page.post(send="1", **ANSWERS)
    assert Submission.objects.count() == 1


def test_an_empty_box_is_asked_for_one_sentence(short):
    page = short("   ")
    assert page.status == 400
    assert "One sentence is enough." in page.html
