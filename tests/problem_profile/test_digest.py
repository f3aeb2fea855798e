"""The digest of an agency's month: counts, phrases and references, and no word of a report."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from intelligence import answering, silence, withdrawing
from intelligence.models import Audience, Submission
from partners.models import User
from problem_profile import digest
from tests.factories import submission
from tests.worlds import asking

WORDS = "Seen behind the arcade with somebody called Limpet."


@pytest.fixture
def month():
    """The first day of the month that lies five days back."""
    return timezone.localdate(timezone.now() - timedelta(days=5)).replace(day=1)


@pytest.fixture
def sent(cast, submit):
    """Five of the school's, five days ago, and one of the clinic's."""
    found = [submit(submission(narrative=WORDS), by=cast.teacher) for _ in range(5)]
    submit(submission(), by=cast.nurse)
    Submission.objects.update(received_at=timezone.now() - timedelta(days=5))
    rows = [Submission.objects.get(pk=receipt.submission) for receipt in found]
    with asking(cast.analyst):
        answering.release(rows[0], by=cast.analyst, phrase="used")
        answering.release(rows[1], by=cast.analyst, phrase="not_enough")
        answering.release(rows[1], by=cast.analyst, phrase="used")
        answering.ask(rows[2], by=cast.analyst, text="Which arcade?")
    with asking(cast.teacher):
        withdrawing.withdraw([rows[3].pk], by=cast.teacher, reason="twice")
    return rows


def test_a_month_says_what_was_sent_what_came_of_it_and_what_waits(cast, sent, month):
    found = digest.digest(cast.school, month)

    assert (found.feedback.sent, found.feedback.told, found.unanswered) == (4, 2, 2)
    assert found.outcomes == (("Your report was used. Thank you.", 2),)
    assert found.withdrawn == 1
    assert list(found.waiting.values()) == [sent[2].reference]


def test_a_question_that_was_answered_waits_no_more(cast, sent, month):
    with asking(cast.teacher):
        question = sent[2].questions.get()
        answering.answer(question, by=cast.teacher, text="The one by the pier.")

    assert digest.digest(cast.school, month).waiting == {}


def test_what_is_kept_from_an_agency_is_not_in_its_digest(cast, sent, month):
    """A report that names somebody who works there: `intelligence.trust`."""
    Audience.objects.filter(submission=sent[2].pk, desk="own").delete()
    found = digest.digest(cast.school, month)

    assert (found.feedback.sent, found.waiting) == (3, {})


def test_another_month_and_another_agency_count_apart(cast, sent, month):
    earlier = silence.month_before(month)

    assert digest.digest(cast.school, earlier).feedback.sent == 0
    assert digest.digest(cast.clinic, month).feedback.sent == 1


def test_what_came_in_today_is_left_out(cast, sent, month, submit):
    submit(submission(), by=cast.teacher)
    today = timezone.localdate().replace(day=1)

    assert digest.digest(cast.school, today).feedback.sent in {0, 4}


def test_the_lead_reads_it_on_a_page_and_nobody_else_does(cast, sent, sign_in, month):
    address = f"/figures/our-agency/month/?month={month:%Y-%m}"
    page = sign_in(cast.head).get(address).content.decode()

    assert "2 × “Your report was used. Thank you.”" in page
    assert sent[2].reference in page
    assert "Limpet" not in page
    for person in (cast.teacher, cast.commissioner, cast.supervisor):
        assert sign_in(person).get(address).status_code == 403


@pytest.mark.parametrize("given", ["", "soon", "2026-13", "0000-00", "2026-1-1"])
def test_a_month_that_is_none_shows_the_last(cast, sign_in, given):
    page = sign_in(cast.head).get(f"/figures/our-agency/month/?month={given}")
    assert page.status_code == 200
    assert f"{silence.last_month():%B %Y}" in page.content.decode()


def test_the_command_writes_it_as_text_without_a_word_of_a_report(cast, sent, month):
    out = StringIO()
    call_command("digest", "silverpit-school", month=f"{month:%Y-%m}", stdout=out)

    assert "Reports received: 4" in out.getvalue()
    assert sent[2].reference in out.getvalue()
    assert "Limpet" not in out.getvalue()
    with pytest.raises(CommandError, match="no agency"):
        call_command("digest", "nowhere")
    with pytest.raises(CommandError, match="is not a month"):
        call_command("digest", "silverpit-school", month="soon")


def test_no_message_goes_out_where_mail_is_off(cast):
    User.objects.filter(pk=cast.head.pk).update(email="head@silverpit.example")
    with pytest.raises(CommandError, match="E-mail is off"):
        call_command("digest", "--tell-leads")
    assert mail.outbox == []


def test_a_message_tells_nothing_but_that_there_is_one(cast, settings):
    settings.MAIL_IS_ON = True
    User.objects.filter(pk=cast.head.pk).update(email="head@silverpit.example")
    User.objects.filter(pk=cast.teacher.pk).update(email="teacher@silverpit.example")
    call_command("digest", "--tell-leads", stdout=StringIO())

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["head@silverpit.example"], "You have a message")
    assert sent.body == "There is something for you to read. Sign in as you always do.\n"
    words = f"{sent.subject} {sent.body} {sent.from_email}".lower()
    for told in ("child", "police", "intelligence", "silverpit school", "exploit", "digest"):
        assert told not in words
