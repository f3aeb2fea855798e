"""The database logins: the owner, and those that web and worker derive from it.

Row-security policies name two group roles, `cse_profile_web` and `cse_profile_worker`. Roles belong
to the whole database server, so they are made once, outside migrations: two databases migrating at
the same time would race for them. Knows no Django, so that settings may ask.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named as none

from cse_profile.processes import StackError

#: The login and the group role of each kind of process that does not own the tables.
LOGINS = {"web": "cse_profile_web_login", "worker": "cse_profile_worker_login"}
GROUPS = {"web": "cse_profile_web", "worker": "cse_profile_worker"}
#: What the environment calls the address of each login.
VARIABLES = {
    "owner": "DATABASE_URL",
    "web": "DATABASE_URL_WEB",
    "worker": "DATABASE_URL_WORKER",
}
#: Taken while roles are made: CREATE ROLE has no IF NOT EXISTS.
_LOCK = 7_700_903
#: How long each login may wait or dawdle, so that one page cannot hold up the rest.
_LIMITS = {
    "web": {
        "statement_timeout": "10s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "worker": {"idle_in_transaction_session_timeout": "120s"},
}


def address(kind: str, environ: Mapping[str, str] = os.environ) -> str:
    """The address of a login: the one the environment names, or one derived from the owner's.

    Empty where the environment names no database at all.
    """
    named = environ.get(VARIABLES[kind], "")
    return named if named or kind == "owner" else derived(kind, environ)


def derived(kind: str, environ: Mapping[str, str] = os.environ) -> str:
    """The address of the login of ours beside the owner's; empty where no owner is named."""
    parts = urlsplit(environ.get("DATABASE_URL", ""))
    if not parts.scheme:
        return ""
    place = parts.netloc.rpartition("@")[2]
    login = f"{LOGINS[kind]}:{quote(password(kind, environ))}"
    return urlunsplit(parts._replace(netloc=f"{login}@{place}"))


def password(kind: str, environ: Mapping[str, str] = os.environ) -> str:
    """The password of a derived login: follows from the secret key of the installation."""
    secret = environ.get("CSE_PROFILE_SECRET_KEY", "")
    return hmac.new(secret.encode(), f"login:{kind}".encode(), hashlib.sha256).hexdigest()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """One connection, committed at the end. Raises StackError where nobody answers."""
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as error:
        raise StackError(f"The database does not answer: {sentence(error)}") from None
    try:
        with closing(connection), connection:
            yield connection
    except psycopg2.Error as error:
        raise StackError(f"The database refused: {sentence(error)}") from None


def sentence(error: Exception) -> str:
    """The first line of what the database driver said, as the end of a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    return said.rstrip(".") + "."


def provision(environ: Mapping[str, str] = os.environ, *, through: str = "") -> list[str]:
    """Make the roles that are missing in the server of DATABASE_URL; return their names.

    `through` is the address of a login that may make roles, where the owner may not. Doing it
    again changes nothing. Raises StackError where nobody may make them, or where a login of the
    same name belongs to another installation.
    """
    with connected(through or address("owner", environ)) as connection:
        _query(connection, "SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        wanted = [*GROUPS.values(), *(LOGINS[kind] for kind in LOGINS if _is_ours(kind, environ))]
        held = {name for (name,) in _query(connection, "SELECT rolname FROM pg_roles")}
        missing = [name for name in wanted if name not in held]
        if missing:
            _require_right(connection, missing)
        for name in missing:
            _make(connection, name, environ)
        for kind in GROUPS:
            _join(connection, kind, environ)
    for kind in LOGINS:
        with connected(address(kind, environ)):
            pass  # the address is good
    return missing


def _is_ours(kind: str, environ: Mapping[str, str]) -> bool:
    """Is the login by its name ours to make, with the password that its address names?"""
    return _username(address(kind, environ)) == LOGINS[kind]


def _require_right(connection: Connection, missing: Iterable[str]) -> None:
    asked = "SELECT rolsuper OR rolcreaterole, rolname FROM pg_roles WHERE rolname = current_user"
    (allowed, name) = _query(connection, asked)[0]
    if not allowed:
        raise StackError(
            f"The login {name} may not create roles: have an administrator create "
            f"{', '.join(missing)}, or give {name} the right CREATEROLE for this one command."
        )


def _make(connection: Connection, name: str, environ: Mapping[str, str]) -> None:
    """One role. Names are ours; the password is that of its address."""
    kinds = {login: kind for kind, login in LOGINS.items()}
    if name not in kinds:
        _query(connection, f"CREATE ROLE {name} NOLOGIN NOBYPASSRLS")
        return
    kind = kinds[name]
    secret = unquote(urlsplit(address(kind, environ)).password or "")
    _query(connection, f"CREATE ROLE {name} LOGIN NOBYPASSRLS PASSWORD %s", [secret])
    for setting, value in _LIMITS[kind].items():
        _query(connection, f"ALTER ROLE {name} SET {setting} = '{value}'")


def _join(connection: Connection, kind: str, environ: Mapping[str, str]) -> None:
    """Put the login into its group, and let the owner take the group's rights when it says so."""
    login, owner = (_username(address(one, environ)) for one in (kind, "owner"))
    group = GROUPS[kind]
    # From PostgreSQL 16 on the owner inherits nothing of theirs.
    quietly = " WITH INHERIT FALSE, SET TRUE" if connection.server_version >= 160_000 else ""
    for name, option in ((login, ""), (owner or _self(connection), quietly)):
        if not _holds(connection, name, group):
            quoted = _query(connection, "SELECT quote_ident(%s)", [name])[0][0]
            _query(connection, f"GRANT {group} TO {quoted}{option}")


def _username(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def _self(connection: Connection) -> str:
    return str(_query(connection, "SELECT current_user")[0][0])


def _holds(connection: Connection, name: str, group: str) -> bool:
    right = "SET" if connection.server_version >= 160_000 else "MEMBER"
    asked = "SELECT pg_has_role(oid, %s, %s) FROM pg_roles WHERE rolname = %s"
    found = _query(connection, asked, [group, right, name])
    if not found:
        raise StackError(f"There is no login “{name}” in the database server.")
    return bool(found[0][0])


def _query(
    connection: Connection, statement: str, values: Iterable[object] = ()
) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values) or None)
        return cursor.fetchall() if cursor.description else []
