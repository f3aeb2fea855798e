"""Faults in the doors.

Every wall is watched: a fault turns the test red that is named here. A test that nothing can turn
red guards nothing.
"""

from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path, set_urlconf
from rest_framework import viewsets
from rest_framework.permissions import AllowAny

from cse_profile import urls
from partners import context, policy, web
from partners.models import User
from partners.policy import Action, Role
from tests import test_architecture, test_doors
from tests.partners import test_policy, test_web
from tests.sabotage.faults import SEES, loosen, red
from tests.scene import make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(cast):
    """The scene of the doors."""
    return make_scene(cast)


def test_a_page_that_asks_nobody_is_found(scene, monkeypatch):
    """Named: test_doors.test_every_door_answers_every_person_as_the_table_says."""
    monkeypatch.setattr(web.policy, "require", lambda user, action: None)
    assert test_doors.differences(scene, "parked", "audit")


def test_a_role_that_may_too_much_is_found(scene, monkeypatch):
    more = policy.MAY[Role.COMMISSIONER] | {Action.VIEW_REPORTS}
    monkeypatch.setitem(policy.MAY, Role.COMMISSIONER, more)
    assert test_doors.differences(scene, "reports")
    red(test_policy.test_each_action_belongs_to_the_roles_that_need_it)


def test_a_request_without_a_context_is_found(scene, monkeypatch):
    monkeypatch.setattr(context, "set_local", lambda user, lifetime=0: None)
    assert test_doors.differences(scene, "report")


def test_a_404_that_names_what_was_asked_is_found(scene, monkeypatch):
    """Named: test_what_is_hidden_and_what_is_missing_are_one_answer_and_one_work."""

    def telling(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return HttpResponse(request.path, status=404)

    monkeypatch.setattr(urls, "handler404", telling)
    assert test_doors.told_apart(scene, "report")


def test_the_policy_alone_keeps_what_is_hidden_hidden(scene):
    """Not a fault that must be found: one that must do no harm while the other wall stands."""
    loosen(*SEES)
    assert test_doors.differences(scene, "submission", "report", "person", "young-person") == []


def test_the_database_alone_keeps_what_is_hidden_hidden(scene, monkeypatch):
    """Not a fault that must be found: one that must do no harm while the other wall stands."""
    plain = policy.PolicyQuerySet.visible_to

    def by_database_alone(rows: Any, user: Any) -> Any:
        return rows.all() if isinstance(user, User) else plain(rows, user)

    monkeypatch.setattr(policy.PolicyQuerySet, "visible_to", by_database_alone)
    assert test_doors.differences(scene, "report", "api-submission") == []


@pytest.fixture
def more_doors(monkeypatch):
    """Put more addresses into the list."""

    def add(route: str, view: Any, name: str) -> None:
        monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path(route, view, name=name)])
        clear_url_caches()

    yield add
    monkeypatch.undo()
    clear_url_caches()
    set_urlconf(None)


@login_not_required
def _open(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


class _Loose(viewsets.ViewSet):
    permission_classes = (AllowAny,)

    def list(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("")


def test_a_new_address_without_a_row_is_found(more_doors):
    more_doors("new/", _open, "new")
    red(test_doors.test_every_door_and_method_has_a_row_and_every_row_a_door)
    red(test_architecture.test_every_door_is_a_page_an_api_or_declared_public)


def test_an_api_that_asks_nobody_is_found(more_doors):
    more_doors("api/v1/loose/", _Loose.as_view({"get": "list"}), "loose")
    red(test_architecture.test_every_api_asks_the_policy_and_nothing_else)


def test_an_address_that_takes_anything_for_an_id_is_found(more_doors):
    more_doors("reports/<str:pk>/more/", _open, "more")
    red(test_doors.test_every_address_with_an_id_takes_only_an_id)


def test_a_framework_that_is_left_open_is_found(settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_PERMISSION_CLASSES": []}
    red(test_architecture.test_what_the_framework_leaves_open_is_shut)


@pytest.mark.parametrize(
    ("removed", "test"),
    [
        (
            "django.middleware.csrf.CsrfViewMiddleware",
            test_web.test_a_form_from_another_site_is_refused_at_every_door,
        ),
        ("partners.web.NoStoreMiddleware", None),
        ("csp.middleware.CSPMiddleware", None),
        ("django.middleware.clickjacking.XFrameOptionsMiddleware", None),
    ],
)
def test_a_middleware_that_is_gone_is_found(cast, sign_in, settings, removed, test):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != removed]
    if test:
        red(test, cast)
    else:
        everywhere = test_web.test_every_answer_is_kept_by_nobody_and_framed_by_nobody
        red(everywhere, cast, sign_in, "/danger/")


def test_a_page_for_whoever_comes_is_found(scene, settings):
    gone = "partners.returning.SignInFirst"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != gone]
    assert test_doors.differences(scene, "home", "sign-out")
