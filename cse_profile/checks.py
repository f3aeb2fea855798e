"""What must be right before the system may run."""

from typing import Any

from django.conf import settings
from django.core import checks


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
