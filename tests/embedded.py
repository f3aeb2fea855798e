"""Starts the embedded services for a test run, before pytest-django reads the settings.

Addresses in the environment win. Workers of xdist inherit the environment and start nothing.
"""

import atexit
import os
import shutil
import tempfile

from cse_profile import catalogue, services

catalogue.compile_all()
if "PYTEST_XDIST_WORKER" not in os.environ:
    folder = tempfile.mkdtemp(prefix="cse-profile-test-")
    os.chmod(folder, 0o755)  # noqa: S103 - PostgreSQL runs as another user when tests run as root
    os.mkdir(os.path.join(folder, "static"))  # what collectstatic makes; the pages are asked for it
    os.environ["CSE_PROFILE_VAR"] = folder
    os.environ["CSE_PROFILE_LOGIN"] = "owner"
    stack = services.running(throwaway=True)
    stack.__enter__()

    @atexit.register
    def stop() -> None:
        stack.__exit__(None, None, None)
        shutil.rmtree(folder, ignore_errors=True)


os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in the thread
