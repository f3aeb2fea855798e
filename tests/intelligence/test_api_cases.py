"""The API against its own description: schemathesis, with every check it has.

In this process, as the bearer of a token, with the rights of the web login. All its phases run: the
boundaries of every field, what chance makes of the contract, and calls that follow one another.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.generation import GenerationMode
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from tests.conftest import as_web
from tests.fitting import fitted
from tests.intelligence.test_api import token
from tests.served import served

# Schemathesis generates with libraries that warn of themselves.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def good_is_good() -> Iterator[None]:
    """What schemathesis sends as good fits what its schema cannot say."""

    number = count(1)

    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        good = case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE
        if good and case.method == "POST":
            case.body = _whole(case.body, next(number))
            if case.headers and "Idempotency-Key" in case.headers:
                case.headers["Idempotency-Key"] = f"k{next(number)}"

    GLOBAL_HOOK_DISPATCHER.hook("before_call")(before_call)
    yield
    GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def _whole(body: Any, number: int) -> Any:
    if isinstance(body, list):
        return [_whole(row, number + place * 10**6) for place, row in enumerate(body)]
    whole = isinstance(body, dict) and "provenance" in body
    return fitted(body, f"c{number}", "dogger") if whole else body


def run(secret: dict[str, str], fuzzed: int, journeys: int) -> tuple[Counter[str], list[str]]:
    """Run every phase; the checked cases by phase, and what failed."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": secret,
            # What no record can keep is refused whatever the field: `test_api` sends that.
            "generation": {"allow-x00": False},
            "phases": {
                "fuzzing": {"generation": {"max-examples": fuzzed}},
                "stateful": {"max-steps": 6, "generation": {"max-examples": journeys}},
            },
        }
    )
    with served(as_login) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/schema/", config=config)
        return _told(from_schema(schema).execute())


@contextmanager
def as_login() -> Iterator[None]:
    """One request with the rights of the web login, undone alone where it fails."""
    with transaction.atomic(), as_web():
        yield


def _told(stream: Any) -> tuple[Counter[str], list[str]]:
    cases: Counter[str] = Counter()
    failures = []
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            cases[event.phase.value] += len(event.recorder.interactions)
            failures += [
                f"{event.phase.value} {event.recorder.label} {check.name}: "
                f"{check.failure_info.failure} {check.failure_info.code_sample}"[:3000]
                for found in event.recorder.checks.values()
                for check in found
                if check.status == Status.FAILURE and check.failure_info
            ]
        if isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(event)[:2000])
    return cases, failures


@pytest.mark.parametrize(
    ("fuzzed", "journeys", "at_least"),
    [
        pytest.param(40, 10, 3_000, marks=pytest.mark.audit),
        pytest.param(14_000, 600, 20_000, marks=pytest.mark.long),
    ],
)
def test_every_check_of_schemathesis_holds(
    cast, settings, good_is_good, fuzzed, journeys, at_least
):
    settings.API_A_MINUTE = {"token": 10**6, "agency": 10**6}
    cases, failures = run(token(cast.teacher), fuzzed, journeys)
    logging.getLogger(__name__).warning("cases: %s", dict(cases))  # for benchmarks/results/api.md

    assert not failures, "\n\n".join(failures[:20])
    assert cases.total() >= at_least
    assert set(cases) >= {"coverage", "fuzzing", "stateful"}
