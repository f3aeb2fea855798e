"""A report in seven steps: any order, nothing lost, and one submission at the end."""

import pytest
from django.urls import reverse

from intelligence.models import Draft, Original, Submission
from partners.models import AuditEvent
from tests.intelligence.filling import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(cast, sign_in):
    return sign_in(cast.teacher)


@pytest.fixture
def report(teacher):
    return Report(teacher, narrative="He waits by the arcade after school.")


def test_what_the_steps_were_told_is_one_submission(report):
    report.person(0, role="suspected_offender", nicknames="Taz, Uncle T", hair="Brown")
    report.person(1, role="child_at_risk", age_from="14", vulnerabilities=["missing", "in_care"])
    report.step(
        "things",
        rows={
            "phones": [{"number": "07700 900 ?17", "whose": "p1", "how_known": "told_by_another"}],
            "vehicles": [{"registration": "QX00 A?C", "colour": "silver"}],
        },
    )
    report.step("places", rows={"accounts": [{"handle": "taz_7", "whose": "p1"}]})
    payload = report.send()

    assert payload["narrative"] == "He waits by the arcade after school."
    assert payload["persons"] == [
        {
            "ref": "p1",
            "role": "suspected_offender",
            "nicknames": ["Taz", "Uncle T"],
            "appearance": {"hair": "Brown"},
        },
        {
            "ref": "p2",
            "role": "child_at_risk",
            "age_from": 14,
            "vulnerabilities": ["missing", "in_care"],
        },
    ]
    assert payload["relations"] == [
        {"from": "p1", "kind": "uses", "to": "ph1"},
        {"from": "p1", "kind": "holds_account", "to": "a1"},
    ]
    assert [one["about"] for one in payload["statements"]] == [["ph1"]]
    assert not Draft.objects.exists()


def test_the_steps_come_in_any_order_and_each_keeps_what_the_others_hold(report):
    report.step("sharing", child_at_risk_now="not_known", go="things")
    report.step("things", rows={"phones": [{"number": "07700 900123"}]}, go="seen")
    report.step("seen", narrative="Changed.", go="known")
    report.step("known", how_known="not_known")
    payload = report.send()
    assert payload["narrative"] == "Changed."
    assert payload["phones"] == [{"ref": "ph1", "number": "07700 900123"}]


def test_a_button_of_the_list_of_steps_saves_and_goes_there(report):
    answer = report.step("known", go="places", how_known="first_hand")
    assert answer["Location"] == f"{report.address}?step=places"
    assert Draft.objects.get().answers["how_known"] == "first_hand"


def test_what_is_wrong_is_kept_as_typed_and_told_at_the_step(report):
    answer = report.step("things", rows={"phones": [{"saved_as": "Dad"}]})
    assert answer["Location"] == f"{report.address}?step=things&look=1"
    again = report.client.get(answer["Location"])
    html = again.content.decode()
    assert again.status_code == 400
    assert 'href="#id_phones-0-number"' in html
    assert "Enter the number, or what you know of it" in html
    assert 'value="Dad"' in html
    # Whoever goes elsewhere is not held up; the last step says what is left to do.
    assert "Enter the number" in report.page("send")


def test_nothing_is_sent_while_something_is_missing_and_each_thing_is_linked_to(report):
    answer = report.step("send", go="send")
    again = report.client.get(answer["Location"])
    html = again.content.decode()
    assert again.status_code == 400
    assert f'href="{report.address}?step=known&amp;look=1#id_how_known_0"' in html
    assert f'href="{report.address}?step=sharing&amp;look=1#id_child_at_risk_now_0"' in html
    assert not Submission.objects.exists()


def test_the_first_step_lies_behind_the_gate_and_begins_no_draft_until_it_is_saved(teacher):
    assert teacher.get(reverse("submit"))["Location"] == reverse("begin")
    page = teacher.get(reverse("submit"), {"referral": "social_care"}).content.decode()
    assert 'name="referral" value="social_care"' in page
    assert not Draft.objects.exists()
    teacher.post(reverse("submit"), {"referral": "social_care", "narrative": "Seen."})
    assert Draft.objects.get().answers["referral"] == "social_care"


def test_a_draft_is_its_writer_s_alone(cast, report, sign_in):
    for person in (cast.colleague, cast.head, cast.analyst, cast.hub):
        other = sign_in(person)
        for answer in (
            other.get(report.address),
            other.get(report.address, {"step": "seen"}),
            other.post(f"{report.address}?step=seen", {"narrative": "Mine."}),
            other.post(report.address, {"go": "erase"}),
        ):
            assert answer.status_code == 404
        assert "not finished" not in other.get(reverse("home")).content.decode()
    assert Draft.objects.get().answers["narrative"] == "He waits by the arcade after school."


def test_home_leads_on_to_what_was_not_finished_until_it_is_deleted(report):
    home = report.client.get(reverse("home")).content.decode()
    assert "Reports you have not finished" in home
    assert f'href="{report.address}"' in home
    report.client.post(report.address, {"go": "erase"})
    assert "not finished" not in report.client.get(reverse("home")).content.decode()
    assert not Submission.objects.exists()


def test_pressing_send_twice_answers_the_same_receipt(report):
    report.answer_the_rest()
    first = report.step("send", go="send")
    second = report.step("send", go="send")
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_a_reference_used_before_is_told_at_its_question(report):
    report.answer_the_rest()
    report.step("send", go="send", own_reference="S-1")
    other = Report(report.client, narrative="Something else.")
    other.answer_the_rest()
    answer = other.step("send", go="send", own_reference="S-1")
    assert answer.status_code == 400
    assert 'href="#id_own_reference"' in answer.content.decode()
    assert "used before" in answer.content.decode()


def test_rows_are_added_and_removed_without_scripts(report):
    report.step("things", rows={"phones": [{"number": "1"}]}, add_row="phones")
    report.step(
        "things",
        rows={"phones": [{"number": "07700 900123"}, {"number": "x"}]},
        remove_row="phones-1",
    )
    assert 'name="phones-1-number"' not in report.page("things")
    assert report.send()["phones"] == [{"ref": "ph1", "number": "07700 900123"}]


def test_no_list_grows_past_its_end(report):
    report.step("things", **{"phones-TOTAL_FORMS": "999999", "phones-INITIAL_FORMS": "0"})
    assert 'name="phones-20-number"' not in report.page("things")
    assert report.client.get(report.address, {"step": "people", "row": "20"}).status_code == 404


def test_a_person_is_added_changed_and_removed(report):
    assert report.step("people", go="person")["Location"].endswith("?step=people&row=0")
    report.person(0, nicknames="Taz")
    assert "Person 1: ‘Taz’" in report.page("people")
    report.person(0, nicknames="Razor")
    report.step("things", rows={"phones": [{"number": "07700 900123", "whose": "p1"}]})
    report.client.post(
        f"{report.address}?step=people&row=0", {"remove_row": "persons-0", "persons-0-role": ""}
    )
    assert "Razor" not in report.page("people")
    payload = report.send()
    assert "persons" not in payload
    assert "relations" not in payload


def test_words_that_blame_a_child_are_marked_and_never_block(teacher):
    report = Report(teacher, narrative="She is promiscuous.")
    assert "promiscuous" in report.page("send")
    assert "Write instead" in report.page("seen")
    assert report.send()["narrative"] == "She is promiscuous."


def test_the_script_saves_as_one_types_and_is_told_where(teacher):
    answer = teacher.post(reverse("submit"), {"narrative": "Seen", "keep": "1"}).json()
    draft = Draft.objects.get()
    assert answer["address"] == reverse("draft", kwargs={"pk": draft.pk}) + "?step=seen"
    teacher.post(answer["address"], {"narrative": "Seen twice.", "keep": "1"})
    assert Draft.objects.get().answers["narrative"] == "Seen twice."


def test_what_does_not_belong_to_a_step_is_not_kept(report):
    report.step("known", narrative="Slipped in.", how_known="first_hand", anything="x")
    answers = Draft.objects.get().answers
    assert answers["narrative"] == "He waits by the arcade after school."
    assert "anything" not in answers


def test_the_area_it_is_about_may_be_another(report):
    assert ">Ekofisk</option>" in report.page("seen")
    report.step("seen", narrative="Seen.", force_area="ekofisk")
    assert report.send()["force_area"] == "ekofisk"
    assert Submission.objects.get().area.code == "ekofisk"


def test_who_told_the_agency_is_kept_apart(report):
    report.step("known", how_known="told_by_another", reporter_name="Ida Vale")
    report.step("sharing", child_at_risk_now="no")
    assert report.step("send", go="send").status_code == 302
    original = Original.objects.get()
    assert "Ida Vale" not in str(original.payload)
    assert original.submission.source_identity.reporter == {"name": "Ida Vale"}


def test_reading_and_changing_a_draft_is_in_the_log(report):
    report.page("seen")
    report.step("known", how_known="first_hand")
    verbs = set(AuditEvent.objects.filter(object_type="draft").values_list("verb", flat=True))
    assert {"begin draft", "view draft", "save draft"} <= verbs
