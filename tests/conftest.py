"""The cast: two forces, their agencies, and one person for each thing that tests look at.

Dogger is the force whose analysts work here; Ekofisk is its neighbour. Everyone is invented.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from cse_profile import pipeline
from intelligence import intake
from partners import context
from partners.models import Agency, Area, SharingAgreement, User

PASSWORD = "a-long-invented-password"


def make_cast() -> SimpleNamespace:
    """Two force areas with their agencies and people."""
    dogger = Area.objects.create(code="dogger", name="Dogger")
    ekofisk = Area.objects.create(code="ekofisk", name="Ekofisk")

    def agency(code: str, kind: str, area: Area) -> Agency:
        made = Agency.objects.create(
            code=code, name=code.replace("-", " ").title(), kind=kind, area=area
        )
        SharingAgreement.objects.create(
            agency=made, title="Sharing", starts_on=date(2020, 1, 1), expires_on=date(2099, 1, 1)
        )
        return made

    force = agency("dogger-police", "police", dogger)
    council = agency("silverpit-council", "local_authority", dogger)
    school = agency("silverpit-school", "education", dogger)
    clinic = agency("silverpit-clinic", "health", dogger)
    licensing = agency("silverpit-licensing", "licensing", dogger)
    commissioner = agency("dogger-commissioner", "commissioning_body", dogger)
    neighbour = agency("ekofisk-police", "police", ekofisk)
    dogger.hub = council
    dogger.save()

    def person(username: str, role: str, of: Agency) -> User:
        return User.objects.create_user(
            username=username, role=role, agency=of, password=PASSWORD, name=username.title()
        )

    return SimpleNamespace(
        dogger=dogger,
        ekofisk=ekofisk,
        school=school,
        clinic=clinic,
        force=force,
        teacher=person("teacher", "submitter", school),
        colleague=person("colleague", "submitter", school),
        head=person("head", "lead", school),
        nurse=person("nurse", "submitter", clinic),
        officer=person("officer", "submitter", licensing),
        hub=person("hub", "mash", council),
        analyst=person("analyst", "analyst", force),
        supervisor=person("supervisor", "supervisor", force),
        intelligence_officer=person("intelligence_officer", "intelligence_officer", force),
        investigator=person("investigator", "investigator", force),
        commissioner=person("commissioner", "commissioner", commissioner),
        auditor=person("auditor", "auditor", force),
        administrator=person("administrator", "administrator", force),
        neighbour=person("neighbour", "analyst", neighbour),
    )


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; tests sign many people in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


@pytest.fixture(autouse=True)
def clean_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the log after a test that commits: Django flushes only the tables that it manages."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or bool(
        marker and marker.kwargs.get("transaction")
    )
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE partners_auditevent")


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """The people and agencies."""
    return make_cast()


@contextmanager
def as_web() -> Iterator[None]:
    """Use the rights of the web login on the test's own connection, row security included.

    The owner's connection takes the role, so that a test's transaction sees its own rows.
    """
    with transaction.atomic():  # a failure undoes the role as well, and is not hidden by another
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE cse_profile_web")
        yield
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


class WebClient(Client):
    """A browser without scripts, whose requests run with the rights of the web login."""

    def request(self, **request: Any) -> Any:
        """One request, in a savepoint that a failure undoes together with the role."""
        with transaction.atomic(), as_web():
            return super().request(**request)


@pytest.fixture
def sign_in(cast: SimpleNamespace) -> Callable[[User], WebClient]:
    """A browser in which this person has signed in."""

    def signed_in(user: User) -> WebClient:
        client = WebClient()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def submit() -> Callable[..., intake.Receipt]:
    """Send a payload as somebody, through the web login and its row security."""

    def send(payload: dict[str, Any], *, by: User, **options: Any) -> intake.Receipt:
        with transaction.atomic(), as_web(), context.acting_as(by):
            return intake.submit(payload, by=by, **options)

    return send


@pytest.fixture
def process() -> Callable[[], pipeline.Tally]:
    """Carry what waits through the route, with the rights of a worker."""

    def carry() -> pipeline.Tally:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE cse_profile_worker")
        try:
            return pipeline.process_received()
        finally:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")

    return carry
