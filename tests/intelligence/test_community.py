"""The route without an account: what is stored of whom, what the writer is told, and the desk."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from intelligence import community, intake
from intelligence.models import (
    Alarm,
    CommunityMessage,
    Mention,
    Original,
    QueueItem,
    Report,
    Submission,
)
from partners import context, pace, roster
from partners.models import AuditEvent, StrangerPace
from partners.policy import NotPermittedError
from tests.conftest import WebClient, as_web
from tests.factories import submission, suspect, with_phone
from tests.worlds import asking

pytestmark = pytest.mark.django_db

TOLD = {
    "text": "A man called ‘Limpet’ waits by the arcade in a silver car, 07700 900482.",
    "place": "The arcade",
    "day": "Most evenings",
    "at_risk": "no",
    "referral": "",
    "how_known": "first_hand",
    "who": "member_of_public",
}


@pytest.fixture(autouse=True)
def opened(cast: Any) -> Any:
    """The route is open in Dogger, and not in Ekofisk."""
    return roster.open_community(cast.dogger, by=None)


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch) -> str:
    """A form that was opened a minute ago."""
    return opened_ago(monkeypatch, timedelta(minutes=1))


def opened_ago(monkeypatch: pytest.MonkeyPatch, ago: timedelta) -> str:
    with monkeypatch.context() as patch:
        now = signing.time.time()
        patch.setattr(signing.time, "time", lambda: now - ago.total_seconds())
        return community.open_form()


def write(form: str, client: WebClient | None = None, **said: str) -> Any:
    return (client or WebClient()).post(reverse("tell"), TOLD | {"opened": form} | said)


def slip(answer: Any) -> tuple[str, str]:
    found = re.findall(r'pi-mono">([^<]+)</dd>', answer.content.decode())
    return found[0], found[1]


def told(cast: Any, form: str, **said: str) -> CommunityMessage:
    before = set(CommunityMessage.objects.values_list("pk", flat=True))
    assert write(form, **said).status_code == 200
    return CommunityMessage.objects.exclude(pk__in=before).get()


def test_anybody_may_write_and_takes_home_a_reference_and_words(form):
    page = WebClient().get(reverse("tell"))
    assert page.status_code == 200
    assert "call 999" in page.content.decode()
    assert "Hide this screen" in page.content.decode()

    reference, words = slip(write(form))

    message = CommunityMessage.objects.get()
    assert message.text == TOLD["text"]
    assert reference.replace("-", "").casefold() == message.reference
    assert len(words.split()) == 3


def test_nothing_is_kept_of_who_wrote_it_or_from_where(form):
    client = WebClient(REMOTE_ADDR="203.0.113.77")
    answer = write(form, client)

    assert set(answer.cookies) <= {"csrftoken"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM intelligence_communitymessage t UNION ALL "
            "SELECT t::text FROM partners_strangerpace t UNION ALL "
            "SELECT t::text FROM partners_auditevent t"
        )
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert "Limpet" in kept
    assert "203.0.113.77" not in kept


def without_slip(answer: Any) -> bytes:
    """The page without what is made for it alone: the slip, and the token of its form."""
    plain = re.sub(rb'pi-mono">[^<]+</dd>', b"", answer.content)
    return re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", plain)


def test_the_answer_is_the_same_whatever_is_held(cast, form, submit, process, monkeypatch):
    first = write(form)
    submit(submission(persons=[suspect(nicknames=["Limpet"])], **with_phone()), by=cast.teacher)
    process()
    answers = [
        write(opened_ago(monkeypatch, timedelta(minutes=2))),
        write(opened_ago(monkeypatch, timedelta(minutes=2)), at_risk="yes"),
        write(opened_ago(monkeypatch, timedelta(minutes=2)), website="https://buy.invalid"),
        write(community.open_form()),
        write(form),
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert without_slip(answer) == without_slip(first)
        assert sorted(answer.headers) == sorted(first.headers)


def test_sending_the_same_form_twice_is_one_message_and_the_same_slip(form):
    assert slip(write(form)) == slip(write(form))
    assert CommunityMessage.objects.count() == 1


def test_whoever_goes_back_and_adds_something_loses_nothing(form):
    before = slip(write(form))

    assert slip(write(form, text="It was a grey car, not a silver one.")) == before
    assert CommunityMessage.objects.count() == 2
    assert CommunityMessage.objects.values("tag").distinct().count() == 1


def test_who_comes_back_with_reference_and_words_is_known_for_the_same(form, monkeypatch):
    reference, words = slip(write(form))
    again = opened_ago(monkeypatch, timedelta(minutes=1))
    answer = write(again, text="He was there again.", reference=reference, word=words.upper())

    assert slip(answer) == (reference, words.upper())
    assert CommunityMessage.objects.values("tag").distinct().count() == 1
    assert CommunityMessage.objects.get(returning=True).text == "He was there again."


def test_a_wrong_word_is_answered_alike_and_is_nobody_known(form, monkeypatch):
    reference, words = slip(write(form))
    answers = []
    for word in (words, "walrus walrus walrus"):
        again = opened_ago(monkeypatch, timedelta(minutes=1))
        answers.append(write(again, text="He was there.", reference=reference, word=word))

    assert without_slip(answers[0]) == without_slip(answers[1])
    assert slip(answers[1]) == (reference, "walrus walrus walrus")
    assert CommunityMessage.objects.values("tag").distinct().count() == 2


@pytest.mark.parametrize("said", [{"website": "https://buy.invalid"}, {}])
def test_what_looks_sent_by_a_program_is_kept_and_read_last(cast, form, sign_in, said):
    fast = community.open_form()
    first = told(cast, form if said else fast, **said)
    later = told(cast, form, text="A second thing.")

    assert (first.doubtful, later.doubtful) == (True, False)
    listed = sign_in(cast.analyst).get(reverse("messages")).context["waiting"]
    assert listed == [later, first]


def test_a_child_at_risk_stands_first(cast, form, sign_in):
    calm = told(cast, form)
    urgent = told(cast, form, text="Tonight.", at_risk="yes")

    assert sign_in(cast.analyst).get(reverse("messages")).context["waiting"] == [urgent, calm]


@pytest.mark.parametrize("kind", ["none", "forged", "old"])
def test_a_form_that_was_not_opened_here_is_shown_again_with_what_was_written(monkeypatch, kind):
    tokens = {
        "none": "",
        "forged": community.open_form()[:-2] + "xx",
        "old": opened_ago(monkeypatch, timedelta(hours=25)),
    }
    answer = write(tokens[kind])

    assert answer.status_code == 400
    assert "Press Send again" in answer.content.decode()
    assert "Limpet" in answer.content.decode()
    fresh = re.findall(r'name="opened" value="([^"]+)"', answer.content.decode())[0]
    assert fresh != tokens[kind]
    assert not CommunityMessage.objects.exists()
    assert write(fresh).status_code == 200


def test_a_network_that_writes_too_often_waits_and_others_do_not(form, settings):
    settings.STRANGER_AN_HOUR = 2
    busy = WebClient(REMOTE_ADDR="203.0.113.5")
    for number in range(2):
        assert write(form, busy, text=f"Thing {number}.").status_code == 200

    answer = write(form, busy, text="One thing more.")
    assert answer.status_code == 429
    assert "One thing more." in answer.content.decode()
    assert "call 101 or 999" in answer.content.decode()
    assert CommunityMessage.objects.count() == 2
    assert write(form, WebClient(REMOTE_ADDR="203.0.113.6"), text="Another.").status_code == 200


def test_one_household_is_one_network_and_what_counts_no_more_is_gone(settings):
    settings.STRANGER_AN_HOUR = 1
    assert pace.stranger("2001:db8:1:2::a") == 0
    assert pace.stranger("2001:db8:1:2::b") > 0
    assert pace.stranger("2001:db8:1:3::a") == 0
    assert pace.stranger("no address") == 0

    StrangerPace.objects.update(due=timezone.now() - timedelta(seconds=1))
    assert pace.forget_strangers() == 3


def test_another_hour_knows_no_address_again(monkeypatch):
    pace.stranger("203.0.113.5")
    now = pace.time.time()
    monkeypatch.setattr(pace.time, "time", lambda: now + 3600)
    pace.stranger("203.0.113.5")

    assert StrangerPace.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"text": " "}, "Write what you know"),
        ({"at_risk": ""}, "Choose an answer. “I do not know” is fine"),
        ({"how_known": ""}, "You need not say"),
        ({"who": "the queen"}, "not one of the available choices"),
        ({"text": "a\0b"}, "Null characters"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_written_stays(form, said, asked):
    answer = write(form, **({"place": "By the pier"} | said))

    assert answer.status_code == 400
    assert asked in answer.content.decode()
    assert "By the pier" in answer.content.decode()
    assert not CommunityMessage.objects.exists()


def test_no_word_is_refused_for_being_rude(cast, form):
    assert told(cast, form, text="That bloody b*stard, f— him, at the arcade.").text


def test_where_the_route_is_not_open_nothing_can_be_written(cast, form):
    roster.close_community(cast.dogger, by=None)

    assert "Nothing can be written here" in WebClient().get(reverse("tell")).content.decode()
    assert write(form).status_code == 400
    assert not CommunityMessage.objects.exists()


def test_of_several_areas_one_is_chosen(cast, form):
    roster.open_community(cast.ekofisk, by=None)

    assert write(form).status_code == 400
    assert told(cast, form, area=str(cast.ekofisk.pk)).area == cast.ekofisk


# The second wall.


def test_whoever_has_no_account_reads_nothing(cast, form):
    told(cast, form)
    with as_web():
        assert not CommunityMessage.objects.exists()


def message(cast: Any, **more: Any) -> CommunityMessage:
    parts: dict[str, Any] = {
        "id": cast.teacher.pk,
        "area": cast.dogger,
        "reference": "a",
        "tag": b"x" * 32,
    }
    return CommunityMessage(**parts | TOLD | more)


def test_a_stranger_adds_nothing_but_a_message_that_waits_for_an_open_area(cast):
    with as_web():
        CommunityMessage.objects.bulk_create([message(cast)])
    CommunityMessage.objects.all().delete()
    wrong = (
        {"area": cast.ekofisk},
        {"received_at": timezone.now() - timedelta(days=1)},
        {
            "outcome": "set_aside",
            "why": "No.",
            "settled_at": timezone.now(),
            "settled_by": cast.analyst,
        },
    )
    for more in wrong:
        with pytest.raises(DatabaseError, match="row-level security"), as_web():
            CommunityMessage.objects.bulk_create([message(cast, **more)])


@pytest.mark.parametrize("who", ["teacher", "analyst"])
def test_nobody_with_an_account_writes_as_a_stranger(cast, who):
    with pytest.raises(DatabaseError, match="row-level security"), asking(getattr(cast, who)):
        CommunityMessage.objects.bulk_create([message(cast)])


def test_a_message_is_settled_once_and_in_ones_own_name(cast, form):
    row = told(cast, form)
    settled = {"outcome": "set_aside", "why": "No.", "settled_at": timezone.now()}
    rows = CommunityMessage.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError, match="row-level security"), asking(cast.analyst):
        rows.update(settled_by=cast.supervisor, **settled)
    with asking(cast.analyst):
        assert rows.update(settled_by=cast.analyst, **settled) == 1
        assert rows.update(settled_by=cast.analyst, **settled | {"why": "Else."}) == 0
    with asking(cast.neighbour):
        assert not CommunityMessage.objects.exists()


# The desk.


def test_nothing_is_linked_before_somebody_has_read_it(cast, form, process):
    told(cast, form)

    process()
    assert not Submission.objects.exists()
    assert not QueueItem.objects.exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET ROLE cse_profile_worker")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("SELECT text FROM intelligence_communitymessage")
        cursor.execute("RESET ROLE")


def ticks(page: Any) -> dict[str, str]:
    """Everything that was recognised, ticked as it is."""
    posted = {"send": "1", "offered": page.context["form"].offered}
    for chip in page.context["form"].chips:
        posted[f"{chip.prefix}-keep"] = "on"
        posted[f"{chip.prefix}-said"] = str(chip["said"].value())
        posted[f"{chip.prefix}-whose"] = "suspected_offender" if "nickname" in chip.prefix else ""
    return posted


def take_in(browser: WebClient, row: CommunityMessage, **more: str) -> None:
    """Take a message in, with nothing ticked."""
    address = reverse("message", args=[row.pk])
    offered = browser.get(address).context["form"].offered
    posted = {"send": "1", "offered": offered} | more
    assert browser.post(address, posted).status_code == 302


def test_what_is_taken_in_is_a_submission_of_the_community(cast, form, sign_in, process, opened):
    row = told(cast, form)
    browser, address = sign_in(cast.analyst), reverse("message", args=[row.pk])
    answer = browser.post(address, ticks(browser.get(address)))

    assert answer.status_code == 302
    sent = Submission.objects.get()
    assert (sent.agency, sent.submitted_by.is_machine) == (opened, True)
    process()
    assert Mention.objects.get().nicknames == ["Limpet"]
    payload = Original.objects.get().payload
    assert payload["narrative"] == f"{TOLD['text']}\nWhere: The arcade\nWhen: Most evenings"
    assert payload["provenance"] == {"how_known": "first_hand", "origin": "member_of_public"}
    row.refresh_from_db()
    assert (row.text, row.place, row.day, row.submission) == ("", "", "", sent)
    assert row.settled_by == cast.analyst
    with asking(cast.analyst):
        assert Report.objects.visible_to(cast.analyst).count() == 1


def test_what_is_not_ticked_is_not_kept_on_its_own(cast, form, sign_in):
    row = told(cast, form)
    take_in(sign_in(cast.analyst), row)

    assert "persons" not in Original.objects.get().payload
    assert "phones" not in Original.objects.get().payload


def test_the_words_are_taken_in_as_they_were_written(cast, form, sign_in):
    row = told(cast, form)
    take_in(sign_in(cast.analyst), row, narrative="Nothing happened.", child_at_risk_now="yes")

    payload = Original.objects.get().payload
    assert payload["narrative"].startswith(TOLD["text"])
    assert payload["urgency"] == {"child_at_risk_now": "no"}


def test_a_child_at_risk_of_whom_nobody_was_told_alarms_the_hub_when_it_is_taken_in(
    cast, form, sign_in
):
    row = told(cast, form, at_risk="yes")
    assert not Alarm.objects.exists()
    take_in(sign_in(cast.analyst), row)

    alarm = Alarm.objects.get()
    assert alarm.hub == cast.dogger.hub
    page = sign_in(cast.hub).get(reverse("alarm", args=[alarm.pk])).content.decode()
    assert "Call the desk of Dogger Police, which took it in" in page


def test_the_log_names_who_took_it_in(cast, form, sign_in):
    row = told(cast, form)
    take_in(sign_in(cast.analyst), row)

    event = AuditEvent.objects.get(verb="message accepted")
    assert event.actor == cast.analyst.pk
    assert set(event.object_ids) == {row.pk, Submission.objects.get().pk}
    assert AuditEvent.objects.get(verb="submit").agency == cast.dogger.community_id


def test_it_is_set_aside_for_a_reason_only(cast, form, sign_in):
    row = told(cast, form)
    browser, address = sign_in(cast.analyst), reverse("message", args=[row.pk])

    assert "Say why" in browser.post(address, {"aside": "1"}).content.decode()
    assert browser.post(address, {"aside": "1", "why": "About a parked van."}).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.why, row.text) == ("set_aside", "About a parked van.", TOLD["text"])
    assert not Submission.objects.exists()


def test_what_a_colleague_has_settled_stays_settled(cast, form, sign_in):
    row = told(cast, form)
    with asking(cast.supervisor):
        community.set_aside(row, by=cast.supervisor, why="About a parked van.")
    address = reverse("message", args=[row.pk])

    for posted in ({"send": "1"}, {"aside": "1", "why": "Something else."}):
        answer = sign_in(cast.analyst).post(address, posted, follow=True)
        assert "settled this message before you" in answer.content.decode()
    row.refresh_from_db()
    assert row.settled_by == cast.supervisor
    assert not Submission.objects.exists()


def test_only_the_desk_of_the_area_settles(cast, form):
    row = told(cast, form)
    for name in ("neighbour", "hub", "head", "investigator"):
        person = getattr(cast, name)
        with pytest.raises(NotPermittedError), asking(person):
            community.set_aside(row, by=person, why="No.")


def test_messages_of_one_writer_are_shown_together(cast, form, sign_in):
    first = told(cast, form)
    second = told(cast, form, text="And again.")

    page = sign_in(cast.analyst).get(reverse("message", args=[second.pk]))
    assert reverse("message", args=[first.pk]) in page.content.decode()


def test_a_failure_gives_the_desk_its_own_name_back(cast, form):
    row = told(cast, form)
    with asking(cast.analyst):
        with pytest.raises(intake.RefusedError):
            community.accept(row, {"reference": "x"}, by=cast.analyst)
        community.set_aside(row, by=cast.analyst, why="It could not be taken in.")


def test_nobody_lends_the_name_of_somebody_who_signs_in(cast):
    with (
        pytest.raises(ValueError, match="machine"),
        asking(cast.analyst),
        context.lent(to=cast.teacher, by=cast.analyst),
    ):
        pass


def test_what_was_set_aside_is_erased_after_90_days_and_what_waits_never(cast, form):
    gone, kept, waits = (told(cast, form, text=f"Thing {number}.") for number in range(3))
    with asking(cast.analyst):
        for row in (gone, kept):
            community.set_aside(row, by=cast.analyst, why="About a parked van.")
    ago = timezone.now() - timedelta(days=91)
    CommunityMessage.objects.filter(pk=gone.pk).update(settled_at=ago)
    CommunityMessage.objects.filter(pk=waits.pk).update(received_at=ago)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET ROLE cse_profile_worker")
        assert community.forget_old() == 1
        cursor.execute("RESET ROLE")

    assert set(CommunityMessage.objects.all()) == {kept, waits}


def test_a_command_opens_the_route_of_an_area_and_closes_it(cast, capsys):
    call_command("open_community", "--area", "ekofisk")
    assert community.areas() == [cast.dogger, cast.ekofisk]
    call_command("open_community", "--area", "ekofisk", "--close")
    assert community.areas() == [cast.dogger]
    with pytest.raises(CommandError, match="no area"):
        call_command("open_community", "--area", "nowhere")
    assert "People of Ekofisk" in capsys.readouterr().out
