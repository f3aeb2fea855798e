#!/usr/bin/env python
"""Django's commands, from a plain shell.

Without DATABASE_URL they use the embedded database of this checkout: the one that runs, or one
started for as long as the command runs.
"""

import os
import signal
import sys
from contextlib import nullcontext

#: Which database login a command uses; the owner where it is not named here.
LOGINS = {
    "process": "worker",
    "seal_audit": "worker",
    "import_submissions": "web",
    "carry_uploads": "web",
}
#: Commands that ask nothing of a database.
WITHOUT = {"synthesise", "link_dataset", "help", "makemessages", "compilemessages"}
#: Commands that make the tables, or ask for none.
UNPREPARED = {"prepare", "provision_roles", "migrate", "makemigrations", "collectstatic", "check"}


def main() -> None:
    """Run one command; what a person must put right is one sentence and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("CSE_PROFILE_LOGIN", LOGINS.get(command, "owner"))
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError

    from cse_profile import roles, services
    from cse_profile.processes import StackError

    signal.signal(signal.SIGTERM, _interrupt)
    needs_services = command not in WITHOUT and not command.startswith("-")
    try:
        prepared = command not in UNPREPARED
        with services.environment(prepared=prepared) if needs_services else nullcontext():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except (StackError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database does not answer: {roles.sentence(error)}")
    except KeyboardInterrupt:
        sys.exit(130)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
