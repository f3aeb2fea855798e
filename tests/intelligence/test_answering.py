"""Answering back: who may ask, answer and release, when it shows, and in what words."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from intelligence import answering
from intelligence.models import Answer, Outcome, Question, Report, Submission
from intelligence.models.answers import QUIET, STATUS, Phrase
from partners.models import AuditEvent
from partners.policy import NotPermittedError
from tests.factories import child, submission
from tests.worlds import asking

ASKED = "Which arcade was it?"


@pytest.fixture
def sent(cast, submit, process):
    """A teacher's report that names a child, received two days ago."""
    receipt = submit(submission(persons=[child(given_names="Una")]), by=cast.teacher)
    process()
    Submission.objects.update(received_at=timezone.now() - timedelta(days=2))
    return Submission.objects.get(pk=receipt.submission)


def ask(row, by, text=ASKED):
    with asking(by):
        return answering.ask(row, by=by, text=text)


def told(row, to):
    with asking(to):
        found = answering.told(row, to=to)
        return [one.text for one in found.questions], found.outcome and found.outcome.phrase


def test_a_question_is_asked_and_answered_and_each_is_in_the_log(cast, sent):
    question = ask(sent, cast.analyst)
    with asking(cast.teacher):
        answering.answer(question, by=cast.teacher, text="The one by the pier.")

    with asking(cast.analyst):
        seen = answering.conversation(sent, to=cast.analyst)
        said = [answer.text for one in seen.questions for answer in one.answers.all()]
    assert said == ["The one by the pier."]
    log = AuditEvent.objects.filter(object_ids__contains=[sent.pk])
    verbs = dict(log.values_list("verb", "operation"))
    assert verbs["ask sender"] == "disclosure"
    assert verbs["answer question"] == "collection"


def test_the_latest_outcome_holds(cast, sent):
    for phrase in (Phrase.NOT_ENOUGH, Phrase.USED):
        with asking(cast.analyst):
            answering.release(sent, by=cast.analyst, phrase=phrase)

    assert told(sent, cast.teacher) == ([], "used")
    assert told(sent, cast.head) == ([], "used")
    assert told(sent, cast.colleague) == ([], None)


def test_what_is_written_within_the_first_day_is_due_when_that_is_over(cast, sent):
    received = timezone.now() - timedelta(hours=23)
    Submission.objects.update(received_at=received)
    sent.refresh_from_db()
    question = ask(sent, cast.analyst)
    with asking(cast.analyst):
        outcome = answering.release(sent, by=cast.analyst, phrase=Phrase.USED)

    assert question.shown_from == outcome.shown_from == received + QUIET
    assert told(sent, cast.teacher) == ([], None)
    with asking(cast.teacher), pytest.raises(NotPermittedError):
        answering.answer(question, by=cast.teacher, text="By the pier.")


@pytest.mark.parametrize("of", [Question, Outcome])
def test_the_database_refuses_what_would_show_within_the_first_day(cast, sent, of):
    now = timezone.now()
    Submission.objects.update(received_at=now - timedelta(hours=23))
    by = {"asked_by": cast.analyst, "asked_at": now, "text": ASKED}
    if of is Outcome:
        by = {"released_by": cast.analyst, "released_at": now, "phrase": "used"}
    with pytest.raises(DatabaseError), asking(cast.analyst):
        of(submission=sent, shown_from=now, **by).save(force_insert=True)
    with asking(cast.analyst):
        of(submission=sent, shown_from=now + timedelta(hours=1), **by).save(force_insert=True)


def test_the_database_refuses_an_outcome_in_other_words(cast, sent):
    with pytest.raises(DatabaseError), asking(cast.analyst):
        answering.release(sent, by=cast.analyst, phrase="It matched another report.")


@pytest.mark.parametrize("who", ["neighbour", "teacher", "head", "hub", "investigator"])
def test_nobody_but_the_desk_that_it_is_before_asks_or_releases(cast, sent, who):
    person, now = getattr(cast, who), timezone.now()
    acts = [
        lambda: answering.ask(sent, by=person, text=ASKED),
        lambda: answering.release(sent, by=person, phrase="used"),
    ]
    for act in acts:
        with asking(person), pytest.raises(NotPermittedError):
            act()
    with pytest.raises(DatabaseError), asking(person):
        Question(submission=sent, asked_by=person, asked_at=now, shown_from=now, text=ASKED).save(
            force_insert=True
        )


@pytest.mark.parametrize("who", ["analyst", "colleague", "nurse", "hub", "auditor"])
def test_nobody_but_who_sent_it_and_their_lead_answers(cast, sent, who):
    person, question = getattr(cast, who), ask(sent, cast.analyst)
    with asking(person), pytest.raises(NotPermittedError):
        answering.answer(question, by=person, text="By the pier.")
    with pytest.raises(DatabaseError), asking(person):
        Answer(question=question, answered_by=person, text="By the pier.").save(force_insert=True)


def test_a_lead_answers_for_the_agency(cast, sent):
    question = ask(sent, cast.analyst)
    with asking(cast.head):
        assert answering.waiting(cast.head) == 1
        answering.answer(question, by=cast.head, text="By the pier.")
        assert answering.waiting(cast.head) == 0
    with asking(cast.analyst):
        assert answering.waiting(cast.analyst) == 0


@pytest.mark.parametrize("table", ["question", "answer", "outcome"])
@pytest.mark.parametrize("login", ["cse_profile_web", "cse_profile_worker"])
def test_no_login_may_change_what_was_asked_answered_or_released(db, login, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest('{UPDATE,DELETE,TRUNCATE}'::text[]) r "
            "WHERE has_table_privilege(%s, %s, r)",
            [login, f"intelligence_{table}"],
        )
        assert cursor.fetchall() == []


#: What would tell that something else is held, that others spoke, or what police do.
TELLING = re.compile(
    r"match|link|join|already|other report|others|known|also|agenc|arrest|charge|profile|person"
    r"|suspect|name|child who|helped (find|identify)",
    re.I,
)


@pytest.mark.parametrize("phrase", Phrase)
def test_no_phrase_tells_of_a_match_or_of_anybody_else(phrase):
    assert not TELLING.search(phrase.label)
    assert phrase.label.endswith(("Thank you.", "Thank you for telling us."))
    assert STATUS[phrase] in {"used", "passed_on", "not_enough"}
    assert TELLING.search("Your number helped join reports from 3 agencies")


# The pages.


def report_of(row):
    return Report.objects.get(submission=row)


def test_the_desk_asks_and_releases_on_one_page_and_the_sender_answers_in_place(
    cast, sent, sign_in
):
    desk, teacher = sign_in(cast.analyst), sign_in(cast.teacher)
    address = f"/reports/{report_of(sent).pk}/sender/"
    assert address in desk.get(f"/reports/{report_of(sent).pk}/").content.decode()
    desk.post(address, {"ask-text": ASKED, "ask": "yes"})
    desk.post(address, {"release-phrase": "passed_to_care", "release": "yes"})

    page = teacher.get(f"/submissions/{sent.pk}/").content.decode()
    assert ASKED in page
    assert Phrase.PASSED_TO_CARE.label in page
    assert "Question for you" in page
    question = Question.objects.get()
    assert f'action="/questions/{question.pk}/"' in page
    answer = {f"{question.pk}-text": "By the pier, Una said."}
    assert teacher.post(f"/questions/{question.pk}/", answer).status_code == 302

    page = teacher.get(f"/submissions/{sent.pk}/").content.decode()
    assert "By the pier, Una said." in page
    assert "Passed on" in page
    page = desk.get(address).content.decode()
    assert "By the pier, [name hidden] said." in page
    assert "1 asked, 1 answered, outcome released" in (
        desk.get(f"/reports/{report_of(sent).pk}/").content.decode()
    )


def test_a_form_that_is_sent_empty_says_what_to_do(cast, sent, sign_in):
    question = ask(sent, cast.analyst)
    desk = sign_in(cast.analyst)
    address = f"/reports/{report_of(sent).pk}/sender/"
    for data, words in (
        ({"ask": "yes"}, "Write the question."),
        ({"release": "yes"}, "Choose what they are told."),
    ):
        answer = desk.post(address, data)
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert desk.post(address, {}).status_code == 400
    answer = sign_in(cast.teacher).post(f"/questions/{question.pk}/", {})
    assert answer.status_code == 400
    assert "Write your answer." in answer.content.decode()
