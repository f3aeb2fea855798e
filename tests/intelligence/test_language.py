"""The language check: what it marks, what it offers instead, and what it leaves alone."""

import tomllib
from pathlib import Path

import pytest

from intelligence import language
from tests.intelligence.filling import Report
from tests.intelligence.test_quick import Short

ENTRIES = language.entries()
SOURCES = {"appropriate-language", "group-based", "definition"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.example)
def test_each_phrase_of_the_list_is_marked_with_why_and_what_to_write(entry):
    remarks = language.check(f"For context. {entry.example} More follows.")
    assert [(one.why, one.better) for one in remarks] == [(entry.why, entry.better)]
    assert entry.why.endswith(".")
    assert entry.source in SOURCES


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.example)
def test_what_is_offered_instead_is_not_marked_itself(entry):
    assert language.check(entry.better) == ()


@pytest.mark.parametrize(("opening", "closing"), [('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’")])
def test_the_childs_own_words_in_quotation_marks_are_left_alone(opening, closing):
    said = f"She said: {opening}it was my own choice, he's my older boyfriend{closing}."
    assert language.check(said) == ()
    assert language.check(f"{said} She is streetwise.")[0].text == "streetwise"


def test_an_apostrophe_is_no_quotation_mark():
    marked = language.check("It's a lifestyle choice, isn't it? That's what they're saying.")
    assert [remark.text for remark in marked] == ["lifestyle choice"]


def test_a_quotation_mark_that_nobody_closes_hides_nothing():
    assert language.check('She said "he pays. She is streetwise.')[0].text == "streetwise"


@pytest.mark.parametrize(
    "plain",
    [
        "She chose a sandwich and her boyfriend, 15, had soup.",
        "He was missing from 20:00 until 02:00.",
        "The relationship with her mother is good.",
        "She is being sexually exploited by a man of about 30.",
        "He said that she was 14.",
        "Consent to share was given by mum.",
        "She told us about the flat. The staff engage with her daily.",
        "Older men are collecting her from school.",
        "An inappropriate relationship model is suspected.",
        "She has not told anyone so far.",
    ],
)
def test_plain_sentences_are_not_marked(plain):
    assert language.check(plain) == ()


def test_the_list_names_where_it_comes_from():
    path = Path(language.__file__).with_name("language.toml")
    head = path.read_text(encoding="utf-8").split("[[remark]]")[0]
    assert all(f"{source}:" in head for source in SOURCES)
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))["remark"]) >= 20


@pytest.mark.django_db
def test_the_short_way_shows_it_beside_the_words_and_sends_them_all_the_same(cast, sign_in):
    page = Short(sign_in(cast.teacher), "She is streetwise and hangs around with older men.")
    assert "Write instead: give the age, and say what worries you" in page.html
    assert page.send()["narrative"] == "She is streetwise and hangs around with older men."


@pytest.mark.django_db
def test_the_steps_show_it_at_the_words_and_before_sending_and_never_stop_it(cast, sign_in):
    report = Report(sign_in(cast.teacher), narrative="She absconded.")
    report.step("seen", rows={"events": [{"description": "The sex was consensual."}]}, **SEEN)
    for page in (report.page("seen"), report.page("send")):
        assert "absconded" in page
        assert "Write instead: was missing from" in page
        assert "consensual" in page.split("Words to look at again")[1]
    assert report.send()["narrative"] == "She absconded."


SEEN = {"narrative": "She absconded."}


@pytest.mark.django_db
def test_the_childs_own_words_have_a_field_that_is_never_checked(cast, sign_in):
    report = Report(sign_in(cast.teacher), child_words="he is my older boyfriend")
    assert "Words to look at again" not in report.page("seen")
