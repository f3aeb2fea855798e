"""Guidance: what it says is sourced, is kind to children, and reaches whoever needs it."""

import re

import pytest

from intelligence import language
from intelligence.guidance import guidance

PAGES = ("", "police/", "social-workers/", "commissioners/", "health/", "schools/")


def test_every_claim_has_a_source_and_every_source_is_used():
    held = guidance()
    named = {name for claim in held.claims for name in claim.sources}

    assert all(claim.sources for claim in held.claims)
    assert named == set(held.sources)


def test_a_source_says_what_it_is():
    for source in guidance().sources.values():
        assert len(source) > 40 or "Act" in source or "Working Together" in source, source


def test_what_the_research_names_as_most_useful_is_all_there():
    """CSA Centre 2017: names including nicknames, addresses, hot spots, mobile numbers, local
    businesses, car registrations."""
    names = " ".join(detail.name for detail in guidance().details).lower()
    for wanted in ("nickname", "address", "hot spot", "mobile", "business", "registration"):
        assert wanted in names


def test_there_is_a_page_for_each_audience():
    assert {one.slug for one in guidance().audiences} == {page.strip("/") for page in PAGES[1:]}
    assert all(len(one.claims) >= 5 for one in guidance().audiences)


def test_no_claim_and_no_good_example_puts_blame_on_a_child():
    held = guidance()
    said = [claim.text for claim in held.claims]
    said += [one.good for one in (*held.details, *held.examples)]
    assert [text for text in said if language.check(text)] == []


def test_a_poor_example_is_one_that_the_language_check_marks():
    school = guidance().examples[0]
    assert language.check(school.poor)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["teacher", "commissioner"])
def test_every_page_shows_its_claims_with_numbers_that_lead_to_sources(cast, sign_in, page, who):
    words = sign_in(getattr(cast, who)).get(f"/guidance/{page}").content.decode()

    cited = set(re.findall(r'href="#source-(\d+)"', words))
    listed = set(re.findall(r'<li id="source-(\d+)">', words))
    assert cited
    assert cited == listed


def test_the_forms_lead_to_it(cast, sign_in):
    teacher = sign_in(cast.teacher)
    gate = teacher.get("/submissions/before-you-start/").content.decode()
    box = teacher.get("/submissions/in-one-box/?referral=none").content.decode()

    for page in (gate, box):
        assert page.count('href="/guidance/"') == 2  # beside the form, and at the foot
