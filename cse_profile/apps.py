"""Puts the system together when Django starts."""

from django.apps import AppConfig


class CseProfileConfig(AppConfig):
    """The top floor: it alone connects intake to the broker."""

    name = "cse_profile"

    def ready(self) -> None:
        """Let each receipt nudge a worker, and register the checks."""
        from cse_profile import checks, tasks  # the registry must be complete first
        from intelligence import intake
        from intelligence.uploads import importing

        checks.register_all()
        intake.nudge = tasks.nudge
        importing.nudge = tasks.nudge_uploads
