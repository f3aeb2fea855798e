"""What must be right before the system may run."""

import sys
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

from cse_profile import roles

#: What gunicorn takes for “do not try again”.
_BOOT_ERROR = 3
_LOGIN = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
  pg_has_role(r.oid, coalesce(t.relowner, d.datdba), 'USAGE')
FROM pg_roles r JOIN pg_database d ON d.datname = current_database()
LEFT JOIN pg_class t ON t.oid = to_regclass('public.intelligence_submission')
WHERE r.rolname = current_user
"""


def secret_is_set(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Outside the demonstration, the installation has a secret key of its own."""
    if settings.SECRET_KEY != "only-for-development-and-tests":  # noqa: S105 - the known default
        return []
    return [checks.Error("Set CSE_PROFILE_SECRET_KEY: it signs sessions and database contexts.")]


def guardian_is_not_loosened(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """The opt-out of the fix of GHSA-5729-mvhf-9gq4 must stay absent."""
    if not hasattr(settings, "GUARDIAN_LEGACY_GLOBAL_PERMS_GROUP_UNION"):
        return []
    return [checks.Error("GUARDIAN_LEGACY_GLOBAL_PERMS_GROUP_UNION shows rows nobody shared.")]


def register_all() -> None:
    """Register the checks: those of a deployment with `check --deploy`."""
    checks.register(secret_is_set, checks.Tags.security, deploy=True)
    checks.register(guardian_is_not_loosened, checks.Tags.security)


def refuse_to_serve() -> None:
    """End this process, with one sentence, where row security would not hold its login."""
    try:
        problem = login_problem()
    except DatabaseError as error:
        problem = f"The database does not answer: {roles.sentence(error)}"
    if problem:
        sys.stderr.write(problem + "\n")
        sys.exit(_BOOT_ERROR)


def login_problem() -> str:
    """What is wrong with this process's database login for serving pages; empty when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGIN)
        name, is_super, bypasses, owns = cursor.fetchone()
    connection.close()  # each worker opens its own
    reasons = {
        "is a superuser": is_super,
        "has BYPASSRLS": bypasses,
        "owns the tables": owns,
    }
    held = [reason for reason, holds in reasons.items() if holds]
    if not held:
        return ""
    return (
        f"The web login {name} {' and '.join(held)}, so row-level security would not hold it: "
        "name another in DATABASE_URL_WEB."
    )
