"""Prompts from an agency's own reports, for its lead."""

from intelligence import quality
from tests.factories import joined, submission, suspect, with_car, with_phone
from tests.worlds import asking

PERSON = {"persons": [suspect()]}


def prompts(cast):
    with asking(cast.head):
        return {one.what: (one.lacking, one.looked_at) for one in quality.prompts(to=cast.head)}


def test_what_at_least_half_of_the_reports_lack_is_told_the_commonest_first(cast, submit):
    for _ in range(2):
        submit(submission(**joined(PERSON, with_phone(), with_car())), by=cast.teacher)
    submit(submission(persons=[suspect(nicknames=["Limpet"])]), by=cast.colleague)
    submit(submission(**joined(PERSON, with_phone())), by=cast.teacher)
    for _ in range(2):
        submit(submission(), by=cast.nurse)  # another agency's
    submit(submission(), by=cast.teacher)

    found = prompts(cast)
    assert found["no place"] == (5, 5)
    assert found["no nickname or street name"] == (4, 5)
    assert found["no vehicle"] == (3, 5)
    assert "no telephone number" not in found
    assert next(iter(found.values())) == (5, 5)


def test_four_reports_say_nothing_yet(cast, submit):
    for _ in range(4):
        submit(submission(), by=cast.teacher)
    assert prompts(cast) == {}


def test_the_lead_reads_them_with_why_it_helps(cast, submit, sign_in):
    for _ in range(5):
        submit(submission(), by=cast.teacher)
    page = sign_in(cast.head).get("/figures/our-agency/").content.decode()

    assert "5 of your last 5 reports have no place" in page
    assert "A corner, a shop or a flat over it is a place." in page
    assert 'href="/guidance/"' in page
