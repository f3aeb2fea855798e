"""How a fault is put into a wall, and how a test is shown to turn red.

Faults are put in and taken out again within the test: in the database by a transaction that is
undone, in the code by a patch.
"""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tests.test_visibility import RESTRICTED, WORKERS_ALONE

Named = Callable[..., None]


def red(test: Named, *values: Any, **fixtures: Any) -> None:
    """Run a named test, which must fail. What it does to the database is undone."""
    inspect.signature(test).bind(*values, **fixtures)  # a test that cannot start is not red
    with pytest.raises((Exception, pytest.fail.Exception)), transaction.atomic():
        test(*values, **fixtures)


def break_database(*statements: str) -> None:
    """Change the database as its owner could; the test's own transaction undoes it."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


#: Restricted tables of which a web login sees some rows.
SEES = sorted(name for name in RESTRICTED if name not in WORKERS_ALONE)


def loosen(*names: str) -> None:
    """Let the web login see every row of these tables."""
    for name in names:
        table = RESTRICTED[name]._meta.db_table
        break_database(f"ALTER POLICY web_sees ON {table} USING (true)")
