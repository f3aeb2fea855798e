"""Somebody in a position of trust: kept from where they work, and told to who looks into it."""

import pytest
from django.db import DatabaseError
from django.urls import reverse

from intelligence import audience, evaluation, intake
from intelligence.models import Alarm, Audience, KeptFrom, Mention, MentionKey, Report, Submission
from partners.models import User
from tests.factories import child, joined, submission, suspect, with_phone
from tests.intelligence.filling import Report as Filled
from tests.worlds import asking

pytestmark = pytest.mark.django_db


def named(position="works_with_children", **more):
    who = suspect(given_names="Milo", position_of_trust=position, **more)
    return joined({"persons": [who, child(given_names="Una")]}, with_phone())


def officer(cast, of, name="standards"):
    return User.objects.create_user(username=name, role="standards", agency=of, name=name.title())


def readers(cast, *others):
    """Who of the cast sees a report at all, by database and policy alike."""
    people = [one for one in vars(cast).values() if isinstance(one, User)] + list(others)
    found = set()
    for person in people:
        with asking(person):
            by_database = Report.objects.exists()
            assert by_database == Report.objects.visible_to(person).exists(), person
        if by_database:
            found.add(person.username)
    return found


DESK = {"analyst", "supervisor", "intelligence_officer"}


def test_a_colleague_is_hidden_from_lead_and_colleagues_and_told_to_the_designated_officer(
    cast, submit
):
    lado = officer(cast, cast.dogger.hub)
    submit(submission(**named(works_for="silverpit-school")), by=cast.teacher)
    assert readers(cast, lado) == {"teacher", "hub", "standards"} | DESK


def test_where_nobody_said_where_they_work_the_sender_s_own_agency_is_kept_out(cast, submit):
    submit(submission(**named()), by=cast.teacher)
    assert "head" not in readers(cast)


def test_where_they_work_elsewhere_the_lead_sees_it_as_any_other(cast, submit):
    submit(submission(**named(works_for="elsewhere")), by=cast.teacher)
    assert readers(cast) == {"teacher", "head", "hub"} | DESK


def test_a_police_officer_is_hidden_from_the_whole_desk_and_told_to_professional_standards(
    cast, submit, process
):
    standards = officer(cast, cast.force)
    submit(submission(**named("police")), by=cast.teacher)
    assert readers(cast, standards) == {"teacher", "head", "hub", "standards"}
    process()
    with asking(standards):
        assert Mention.objects.count() == 2
    assert not MentionKey.objects.exists(), "what the desk may not see shapes none of its profiles"


def test_somebody_of_the_hub_s_council_is_hidden_from_the_hub_and_alarms_it_not(cast, submit):
    lado = officer(cast, cast.dogger.hub)
    urgent = {"urgency": {"child_at_risk_now": "yes", "why": "Tonight."}}
    submit(submission(**named(works_for="silverpit-council"), **urgent), by=cast.teacher)
    assert "hub" not in readers(cast, lado)
    assert "standards" in readers(cast, lado)
    assert not Alarm.objects.exists()


def test_it_is_neither_shared_with_nor_opened_to_anybody_where_they_work(cast, submit, process):
    submit(submission(**named(works_for="silverpit-clinic")), by=cast.teacher)
    process()
    report = Report.objects.get()
    by = cast.supervisor
    with asking(by):
        evaluation.grade(
            report, by=by, source_evaluation="1", intelligence_assessment="A", handling_code="P"
        )
        evaluation.sanitise(report, by=by, text="A person was seen.")
        with pytest.raises(evaluation.NotShareableError, match="works there"):
            evaluation.share(report, to=cast.clinic, by=by, reason="They help.")
        with pytest.raises(evaluation.NotShareableError, match="works there"):
            evaluation.open_to(report, to=cast.nurse, by=by, reason="Their case.")
        evaluation.share(report, to=cast.school, by=by, reason="They help.")


def test_the_database_lets_nobody_in_past_it(cast, submit):
    submit(submission(**named(works_for="silverpit-school")), by=cast.teacher)
    report = Report.objects.get()
    row = Audience(
        report=report,
        submission=report.submission,
        desk="own",
        agency=cast.school,
        received_at=report.received_at,
    )
    with pytest.raises(DatabaseError), asking(cast.teacher):
        row.save(force_insert=True)
    with pytest.raises(DatabaseError), asking(cast.teacher):
        KeptFrom.objects.all().delete()


def test_an_agency_that_joins_later_is_not_let_in_either(cast, submit):
    submit(submission(**named(works_for="dogger-police")), by=cast.teacher)
    audience.admit(cast.force)
    assert not DESK & readers(cast)


def test_a_hub_named_later_is_handed_what_may_be_its_and_its_officer_all(cast, submit):
    submit(submission(**named(works_for="silverpit-clinic")), by=cast.teacher)
    audience.hand_over(cast.dogger, before=cast.dogger.hub, to=cast.clinic)
    rows = Audience.objects.filter(agency=cast.clinic)
    assert [row.desk for row in rows] == ["trust"]
    assert not Audience.objects.filter(desk="mash").exists()


def test_an_agency_that_nobody_knows_is_refused_and_not_guessed(cast):
    with pytest.raises(intake.RefusedError) as refused, asking(cast.teacher):
        intake.submit(submission(**named(works_for="silverpit-skool")), by=cast.teacher)
    assert [error.pointer for error in refused.value.errors] == ["/persons/0/works_for"]
    assert not Submission.objects.exists()


def test_professional_standards_read_the_report_and_nothing_else(cast, submit, process, sign_in):
    standards = officer(cast, cast.force)
    submit(submission(**named("police")), by=cast.teacher)
    submit(submission(), by=cast.teacher)
    process()
    client = sign_in(standards)
    kept = Report.objects.get(kept_from__agency=cast.force)
    page = client.get(reverse("report", kwargs={"pk": kept.pk})).content.decode()
    assert "Milo" in page
    assert "Una" not in page
    other = Report.objects.exclude(pk=kept.pk).get()
    assert client.get(reverse("report", kwargs={"pk": other.pk})).status_code == 404
    for door in ("submit", "people", "review", "audit"):
        assert client.get(reverse(door)).status_code == 403
    home = client.get(reverse("home")).content.decode()
    assert "Read reports" in home
    assert "Share a concern" not in home


def test_the_steps_ask_where_they_work_and_say_from_whom_it_is_kept(cast, sign_in):
    filled = Filled(sign_in(cast.teacher), narrative="He offers lifts.")
    assert "Silverpit School" in filled.page("people", row=0)
    filled.person(0, role="suspected_offender", position_of_trust="works_with_children")
    filled.answer_the_rest()
    assert "kept from Silverpit School" in " ".join(filled.page("send").split())
    filled.person(
        0,
        role="suspected_offender",
        position_of_trust="works_with_children",
        works_for="silverpit-clinic",
    )
    assert filled.send()["persons"][0]["works_for"] == "silverpit-clinic"
    assert [row.agency for row in KeptFrom.objects.all()] == [cast.clinic]
