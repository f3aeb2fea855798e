"""The context ends with its request. Without the test's own transaction, which would hide it."""

import time

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from intelligence.models import Report
from partners import context
from partners.web import ContextMiddleware
from tests.conftest import make_cast
from tests.factories import submission
from tests.worlds import send


def leftovers(run) -> list[str]:
    """What a web login still sees on a connection after `run` has used it."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE cse_profile_web")
        try:
            run()
            cursor.execute("SELECT current_setting('app.ctx', true)")
            left = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM intelligence_report")
            seen = cursor.fetchone()[0]
        finally:
            cursor.execute("RESET ROLE")
    return (["the context"] if left else []) + (["reports"] if seen else [])


@pytest.fixture
def teacher(transactional_db):
    """Somebody who has sent one submission."""
    cast = make_cast()
    send(submission(), cast.teacher)
    return cast.teacher


def ask(user, answer) -> HttpResponse:
    """Put one request of `user` through the middleware alone."""
    request = RequestFactory().get("/")
    request.user = user
    return ContextMiddleware(answer)(request)


def counted(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Report.objects.count()))


def test_a_request_sees_its_own_rows_and_leaves_nothing_to_the_next(teacher):
    answers = []
    left = leftovers(lambda: answers.append(ask(teacher, counted).content))

    assert (answers, left) == ([b"1"], [])


def test_a_failed_request_leaves_nothing_either(teacher):
    def fails(request: HttpRequest) -> HttpResponse:
        counted(request)
        raise RuntimeError

    def run() -> None:
        with pytest.raises(RuntimeError):
            ask(teacher, fails)

    assert leftovers(run) == []


def test_a_whole_request_leaves_nothing(teacher):
    client = Client()
    client.force_login(teacher)
    assert leftovers(lambda: client.get("/no-such-page/")) == []


def test_an_answer_of_400_undoes_what_was_written(teacher):
    def half(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE half (a int)")
        return HttpResponse(status=400)

    ask(teacher, half)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.half') IS NULL")
        assert cursor.fetchone()[0]


def test_a_lazy_answer_is_refused_rather_than_sent_empty(teacher):
    with pytest.raises(Exception, match="lazy"):
        ask(teacher, lambda request: StreamingHttpResponse(iter(["a"])))


def test_a_context_expires(teacher):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE cse_profile_web")
        context.set_local(teacher, lifetime=0)
        time.sleep(0.01)
        late = Report.objects.count()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE cse_profile_web")
        context.set_local(teacher)
        assert (late, Report.objects.count()) == (0, 1)
