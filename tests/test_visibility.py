"""Policy, row security and an oracle written apart from both agree; and what the catalogue says."""

import base64
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Collection, Iterable
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from intelligence.models import ModelVersion, Report
from partners import context
from partners.models import User
from tests import oracle, worlds
from tests.conftest import as_web

APPS = ("intelligence", "victims", "offenders")
RESTRICTED = {
    model.__name__: model for app in APPS for model in apps.get_app_config(app).get_models()
}
#: Tables that no login of the web server may read.
WORKERS_ALONE = {"MentionKey", "CommonKey", "OtherScore"}
LOGINS = (
    "cse_profile_web",
    "cse_profile_worker",
    "cse_profile_web_login",
    "cse_profile_worker_login",
)

pytestmark = pytest.mark.django_db


def plain_rows() -> dict[str, list[oracle.Row]]:
    """Every row of every restricted table, as plain values and as the owner sees them."""
    return {
        name: [row | {"pk": _key(model, row)} for row in model._base_manager.values()]
        for name, model in RESTRICTED.items()
    }


def _key(model: type[models.Model], row: dict[str, Any]) -> Any:
    columns = model._meta.pk_fields
    return tuple(row[field.attname] for field in columns)


def manager(model: Any) -> Any:
    """The manager that the application itself uses."""
    return model.objects


def ids_by_policy(model: type[models.Model], person: User) -> set[Any]:
    """What `visible_to` gives, run as the owner: row security plays no part."""
    names = [field.attname for field in model._meta.pk_fields]
    return set(manager(model).visible_to(person).values_list(*names))


def ids_by_database(token: str, names: Collection[str] = RESTRICTED) -> dict[str, set[Any]]:
    """What plain selects give the web login with this context: the policy plays no part."""
    found: dict[str, set[Any]] = {}
    with transaction.atomic(), as_web(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.ctx', %s, true)", [token])
        for name in names:
            model = RESTRICTED[name]
            table = model._meta.db_table
            columns = ", ".join(str(field.column) for field in model._meta.pk_fields)
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            found[name] = set()
            if cursor.fetchone()[0]:
                cursor.execute(f"SELECT {columns} FROM {table}")
                found[name] = set(cursor.fetchall())
        cursor.execute("SELECT set_config('app.ctx', '', true)")
    return found


def disagreements(world: worlds.World, names: Collection[str] = RESTRICTED) -> list[str]:
    """Every person and model for which the policy, the database and the oracle differ."""
    rows = plain_rows()
    sage = oracle.Oracle(world, rows)
    found = []
    for person in world.people:
        stored = ids_by_database(context.sign(person), names)
        for name in names:
            model = RESTRICTED[name]
            expected = sage.visible(name, person)
            answers = {"database": stored[name]}
            if hasattr(model._default_manager, "visible_to"):
                answers["policy"] = ids_by_policy(model, person)
            found += [
                f"{who} on {name} for {person.username}: {len(answer - expected)} too many, "
                f"{len(expected - answer)} missing"
                for who, answer in answers.items()
                if answer != expected
            ]
    return found


def test_the_oracle_speaks_of_every_restricted_model():
    assert set(RESTRICTED) == oracle.MODELS


@pytest.mark.parametrize("seed", range(8))
def test_policy_database_and_oracle_agree(seed):
    assert disagreements(worlds.make_world(seed)) == []


@pytest.mark.parametrize(
    "seed",
    [
        *[pytest.param(seed, marks=pytest.mark.audit) for seed in range(100, 125)],
        *[pytest.param(seed, marks=pytest.mark.long) for seed in range(125, 200)],
    ],
)
def test_policy_database_and_oracle_agree_on_many_worlds(seed):
    assert disagreements(worlds.make_world(seed, submissions=20)) == []


def test_the_worlds_show_something_to_everyone_who_may_see_anything():
    """Agreement on nothing would prove nothing."""
    world = worlds.make_world(7, submissions=25)
    sage = oracle.Oracle(world, plain_rows())
    seen = {
        (person.role, model)
        for person in world.people
        for model in oracle.MODELS
        if sage.visible(model, person)
    }

    assert {model for _, model in seen} == oracle.MODELS - WORKERS_ALONE
    assert {role for role, _ in seen} == oracle.MAY_SEE_ANY


def forged(person: User, dice: random.Random) -> Iterable[tuple[str, str]]:
    """Contexts that must open nothing, each with what is wrong with it."""
    good = context.sign(person)
    *claims, mac = good.split("|")
    other = hmac.new(b"another key", "|".join(claims).encode(), "sha256").hexdigest()
    yield "empty", ""
    yield "only bars", "||||"
    yield "no mac", "|".join(claims)
    yield "empty mac", "|".join([*claims, ""])
    yield "mac of another key", "|".join([*claims, other])
    yield "plain hash", "|".join([*claims, hashlib.sha256("|".join(claims).encode()).hexdigest()])
    yield "expired", context.sign(person, lifetime=-1)
    yield "later expiry", "|".join([*claims[:3], str(int(time.time()) + 9999), mac])
    yield "higher role", "|".join([*claims[:2], "administrator", claims[3], mac])
    yield "another agency", "|".join([claims[0], str(uuid.uuid4()), *claims[2:], mac])
    yield "one part more", f"{good}|analyst"
    yield "one part before", f"analyst|{good}"
    yield "bar in the role", "|".join([*claims[:2], "analyst|analyst", claims[3], mac])
    yield "null in words", "NULL"
    yield "base64", base64.b64encode(good.encode()).decode()
    for number in range(40):
        place = dice.randrange(len(good))
        letter = dice.choice([c for c in "0123456789abcdef|-" if c != good[place]])
        yield f"mutation {number}", good[:place] + letter + good[place + 1 :]


def opened_without_a_good_context(
    world: worlds.World, names: Collection[str] = RESTRICTED
) -> list[str]:
    """Every table that shows a row to somebody who is not known to be anybody."""
    person = world.having("analyst")[0]
    return [
        f"{name}: {what}"
        for what, token in forged(person, random.Random(7))
        for name, rows in ids_by_database(token, names).items()
        if rows
    ]


def test_without_a_good_context_no_restricted_table_shows_a_row():
    world = worlds.make_world(2)
    analyst = world.having("analyst")[0]

    assert ids_by_database(context.sign(analyst))["Report"]
    assert opened_without_a_good_context(world) == []


def test_a_context_ends_with_its_transaction():
    world = worlds.make_world(3, submissions=4)
    analyst = world.having("analyst")[0]
    with worlds.asking(analyst):
        assert Report.objects.exists()

    with as_web():
        assert not Report.objects.exists()


def test_nobody_who_has_left_is_given_a_context():
    world = worlds.make_world(4, submissions=2)

    assert [context.sign(person) for person in world.people if not person.is_active] == [""]


# What the catalogue says.


def query(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def unguarded_tables() -> list[str]:
    """Tables of the restricted apps, or readable like them, that row security does not guard."""
    tables = query(
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
             AND c.relname ~ '^(intelligence|victims|offenders)_'
             AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"""
    )
    bare = query(
        """SELECT format('%%s: %%s may %%s', c.relname, g.grantee, g.privilege_type)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           JOIN information_schema.role_table_grants g
             ON g.table_name = c.relname AND g.table_schema = 'public'
           WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relrowsecurity
             AND g.grantee IN ('cse_profile_web', 'cse_profile_worker')
             AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid
               AND p.polcmd = CASE g.privilege_type WHEN 'SELECT' THEN 'r' WHEN 'INSERT' THEN 'a'
                 WHEN 'UPDATE' THEN 'w' WHEN 'DELETE' THEN 'd' END
               AND (SELECT oid FROM pg_roles WHERE rolname = g.grantee) = ANY (p.polroles))"""
    )
    return tables + bare


def test_every_table_that_holds_intelligence_forces_row_security_with_a_policy_for_each_right():
    assert unguarded_tables() == []
    held = set(query("SELECT tablename FROM pg_policies WHERE policyname = 'web_sees'"))
    expected = {m._meta.db_table for n, m in RESTRICTED.items() if n not in WORKERS_ALONE}
    assert held >= expected | {"partners_auditevent"}


def test_no_policy_is_open_to_everybody_or_to_every_command():
    open_policies = query(
        """SELECT tablename || '.' || policyname FROM pg_policies
           WHERE 'public' = ANY (roles) OR (cmd = 'ALL' AND policyname <> 'owner')"""
    )
    assert open_policies == []


def test_no_view_stands_between_the_logins_and_row_security():
    views = query(
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname IN ('public', 'ctx') AND (c.relkind = 'm' OR (c.relkind = 'v'
             AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)))"""
    )
    assert views == []


#: Functions that run with the rights of the owner: each was read for what it lets out.
DEFINERS = {
    "allows_agency",
    "came",
    "allows_person",
    "claims",
    "due_at",
    "end_account",
    "holds_act",
    "holds_pair",
    "holds_report",
    "holds_submission",
    "keeps_trust",
    "kept_from",
    "made_from",
    "may_receive",
    "receipt",
    "sent",
    "sent_for",
    "young_people",
}


def test_functions_with_the_owners_rights_are_few_pinned_and_closed_to_the_public():
    rows = query(
        """SELECT p.proname, coalesce(array_to_string(p.proconfig, ','), ''),
             has_function_privilege('public', p.oid, 'EXECUTE')
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"""
    )
    assert {name for name, *_ in rows} == DEFINERS
    assert [name for name, pinned, _ in rows if "search_path=pg_catalog" not in pinned] == []
    assert [name for name, _, public in rows if public] == []


def test_the_public_may_call_nothing_of_the_context():
    callable_ = query(
        """SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = 'ctx' AND has_function_privilege('public', p.oid, 'EXECUTE')"""
    )
    assert callable_ == []


def test_the_logins_own_nothing_and_are_exempt_from_nothing():
    strong = query(
        """SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)
             AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)""",
        list(LOGINS),
    )
    owned = query(
        """SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
           WHERE r.rolname = ANY (%s)""",
        list(LOGINS),
    )
    makes = query(
        "SELECT r FROM unnest(%s) r WHERE has_schema_privilege(r, 'public', 'CREATE')", list(LOGINS)
    )
    crossed = query(
        """SELECT l FROM unnest(%s) l WHERE pg_has_role(l, 'cse_profile_owner', 'MEMBER')
             OR (l LIKE '%%web%%' AND pg_has_role(l, 'cse_profile_worker', 'MEMBER'))
             OR (l LIKE '%%worker%%' AND pg_has_role(l, 'cse_profile_web', 'MEMBER'))""",
        list(LOGINS),
    )
    assert (strong, owned, makes, crossed) == ([], [], [], [])
    assert len(query("SELECT 1 FROM pg_roles WHERE rolname = ANY (%s)", list(LOGINS))) == 4


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"])
@pytest.mark.parametrize("login", LOGINS)
def test_no_login_may_change_or_remove_a_row_of_the_log(login, right):
    statement = "SELECT has_table_privilege(%s, 'partners_auditevent', %s)"
    assert query(statement, login, right) == [False]
    if right == "UPDATE":
        statement = "SELECT has_any_column_privilege(%s, 'partners_auditevent', %s)"
        assert query(statement, login, right) == [False]


@pytest.mark.parametrize(
    "table", ["intelligence_original", "intelligence_submission", "intelligence_decision"]
)
@pytest.mark.parametrize("login", LOGINS)
def test_no_login_may_change_what_was_sent_or_decided(login, table):
    rights = query(
        "SELECT r FROM unnest('{UPDATE,DELETE,TRUNCATE}'::text[]) r "
        "WHERE has_table_privilege(%s, %s, r)",
        login,
        table,
    )
    assert rights == []
    assert query("SELECT has_any_column_privilege(%s, %s, 'UPDATE')", login, table) == [False]


def test_the_key_of_the_context_is_read_by_no_login():
    readers = query(
        "SELECT r FROM unnest(%s) r WHERE has_any_column_privilege(r, 'ctx.pads', 'SELECT')",
        list(LOGINS),
    )
    assert readers == []


def test_no_unique_index_of_a_restricted_table_tells_one_agency_of_another():
    """Under row security a unique index still answers: only keys made by the server, or an
    agency's own, may be unique."""
    told = []
    # Versions of the model are no agency's, and every desk reads all of them.
    for model in set(RESTRICTED.values()) - {ModelVersion}:
        uniques = [
            constraint.fields
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
        ]
        uniques += [[f.name] for f in model._meta.local_fields if f.unique and not f.primary_key]
        for names in uniques:
            fields = [model._meta.get_field(name) for name in names]
            if not any(f.is_relation or isinstance(f, models.UUIDField) for f in fields):
                told.append(f"{model.__name__} {names}")
    assert told == []


def test_the_generic_tables_of_guardian_are_closed_to_the_logins():
    open_tables = query(
        """SELECT g.table_name FROM information_schema.role_table_grants g
           WHERE g.grantee = ANY (%s) AND g.table_name LIKE 'guardian_%%'""",
        list(LOGINS),
    )
    assert open_tables == []


def test_the_embedded_server_has_the_row_security_repairs():
    assert query("SELECT current_setting('server_version_num')::int >= 150014") == [True]


def test_signing_uses_the_key_that_the_database_holds():
    inner, outer = context.pads()
    stored = query("SELECT inner_pad, outer_pad FROM ctx.pads")[0]
    assert (bytes(stored[0]), bytes(stored[1])) == (inner, outer)
    assert settings.SECRET_KEY not in json.dumps([inner.hex(), outer.hex()])
