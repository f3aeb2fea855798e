import re
import uuid

from django.db import transaction

from intelligence import cores, people, review
from intelligence.models import Membership
from partners import context
from tests.conftest import as_web
from tests.factories import child, joined, submission, suspect, with_car, with_phone
from tests.worlds import asking

A, B, C, D, E = (uuid.UUID(int=n) for n in range(1, 6))
NAMES = (
    ("Orvelbra", "Quimjarlor"),
    ("Tuvane", "Zedfenwex"),
    ("Culpas", "Hosmigdov"),
    ("Kelyola", "Ritnupsam"),
    ("Gimquo", "Bracultuv"),
    ("Wexani", "Lorpashos"),
)


def asked(person, **options):
    with transaction.atomic(), as_web(), context.acting_as(person):
        return review.queue(person, **options)


def decided(core, judgement, by):
    with transaction.atomic(), as_web(), context.acting_as(by):
        return review.decide(core, judgement=judgement, by=by)


def pairs(cast, submit, process, count):
    """Pairs of reports of one person each, the later pairs with more in common."""
    for number in range(count):
        given, family = NAMES[number]
        person = suspect(given_names=given, family_name=family)
        shared = with_phone(f"+999 {10_000_019 + number * 71_234_567}")
        if number % 2:
            shared = joined(shared, with_car(f"QX0{number} A{'BCDEFG'[number]}Z"))
        for sender in (cast.teacher, cast.nurse):
            submit(submission(**joined({"persons": [person]}, shared)), by=sender)
    process()


def test_the_strongest_proposal_comes_first_and_pages_follow_one_another(cast, submit, process):
    pairs(cast, submit, process, 6)

    whole = asked(cast.analyst)
    bits = [proposal.link.weight for proposal in whole]
    assert len(whole) == 6
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > bits[-1]
    paged = [p for start in (0, 4) for p in asked(cast.analyst, start=start, at_most=4)]
    assert [p.core for p in paged] == [p.core for p in whole]
    assert asked(cast.analyst, start=6, at_most=4) == []


def test_what_somebody_was_not_sure_of_comes_last_until_that_is_undone(cast, submit, process):
    pairs(cast, submit, process, 3)
    before = [proposal.core for proposal in asked(cast.analyst)]

    act = decided(before[0], "unsure", cast.analyst)
    process()
    assert [p.core for p in asked(cast.supervisor)] == [*before[1:], before[0]]

    with transaction.atomic(), as_web(), context.acting_as(cast.supervisor):
        review.undo(act, by=cast.supervisor)
    process()
    assert [p.core for p in asked(cast.analyst)] == before


def test_what_is_decided_no_longer_waits(cast, submit, process, monkeypatch):
    pairs(cast, submit, process, 3)
    first, second, third = (proposal.core for proposal in asked(cast.analyst))
    decided(first, "same", cast.analyst)
    decided(second, "different", cast.analyst)
    process()

    assert [p.core for p in asked(cast.analyst)] == [third]
    with as_web(), context.acting_as(cast.analyst):
        assert review.waiting(cast.analyst) == 1


def test_the_count_of_what_waits_stops_at_its_cap(cast, submit, process, monkeypatch):
    pairs(cast, submit, process, 3)
    monkeypatch.setattr(review, "MOST_COUNTED", 1)

    with as_web(), context.acting_as(cast.analyst):
        assert review.waiting(cast.analyst) == 2


def test_another_force_is_asked_nothing(cast, submit, process):
    pairs(cast, submit, process, 2)

    assert asked(cast.neighbour) == []


def test_a_page_of_the_queue_takes_as_many_statements_however_much_waits(
    cast, submit, process, django_assert_max_num_queries
):
    pairs(cast, submit, process, 5)

    with django_assert_max_num_queries(16):
        asked(cast.analyst, at_most=2)


def test_the_largest_core_is_the_profile_and_the_earliest_of_two_as_large():
    accepted, proposed = Membership.Status.ACCEPTED, Membership.Status.PROPOSED

    alone = cores.standings([B, A], same=set(), unsure=set(), edges={})
    assert (alone[B].status, alone[A].status) == (accepted, proposed)

    joined_later = cores.standings([A, B, C], same={(B, C)}, unsure=set(), edges={})
    assert [joined_later[m].status for m in (A, B, C)] == [proposed, accepted, accepted]
    assert joined_later[C].core == B


def test_a_proposed_core_is_as_strong_as_its_strongest_link_to_the_profile():
    found = cores.standings(
        [A, B, C, D, E],
        same={(A, B), (C, D)},
        unsure={(A, E)},
        edges={(A, C): 2.0, (B, D): 7.5, (C, E): 30.0},
    )

    assert (found[C].core, found[C].bits, found[C].unsure) == (C, 7.5, False)
    assert found[D] == found[C]
    assert (found[E].bits, found[E].unsure) == (0.0, True)
    assert (found[A].bits, found[B].bits) == (0.0, 0.0)


def test_the_queue_tells_profiles_apart_and_says_why_in_words(cast, submit, process, sign_in):
    """Every young person bears one pseudonym: the code of the profile is what differs."""
    young = joined(
        {"persons": [child(age_from=14, age_to=14, family_name="Vale")]}, with_phone(person="c1")
    )
    for by in (cast.nurse, cast.teacher):
        submit(submission(**young), by=by)
    process()

    page = sign_in(cast.analyst).get("/review/").content.decode()
    (code,) = re.findall(r"YP-[0-9A-F]{8}", page)
    assert "ame phone" in page
    assert "Vale" not in page
    with asking(cast.analyst):
        (person,) = people.called_by(code, cast.analyst)
        (proposal,) = review.proposals(cast.analyst)
    assert {m.pk for m in person.accepted} == {m.pk for m in proposal.theirs}


def test_values_are_shown_as_people_write_them(cast, submit, process, sign_in):
    details = {"given_names": "arun", "family_name": "QUIMJARLOR", "date_of_birth": "1994-03-02"}
    known = joined({"persons": [suspect(**details)]}, with_phone())
    for by in (cast.nurse, cast.teacher):
        submit(submission(**known), by=by)
    process()
    with asking(cast.analyst):
        (proposal,) = review.proposals(cast.analyst)
    page = sign_in(cast.analyst).get(f"/review/{proposal.core}/").content.decode()

    for value in ("Arun", "Quimjarlor", "2 March 1994"):
        assert f'pi-value">{value}<' in page


def test_the_queue_says_where_a_doubtful_source_holds_a_link_down(cast, submit, process, sign_in):
    doubted = {"provenance": {"how_known": "first_hand", "source_history": "reason_to_doubt"}}
    for by, more in ((cast.nurse, {}), (cast.teacher, doubted)):
        submit(submission(**joined({"persons": [suspect()]}, with_phone()), **more), by=by)
    process()
    desk = sign_in(cast.analyst)
    page = desk.get("/review/").content.decode()
    assert "Doubtful source" in page
    core = re.findall(r"/review/([0-9a-f-]{36})/", page)[0]
    assert "at most possible" in desk.get(f"/review/{core}/").content.decode()
