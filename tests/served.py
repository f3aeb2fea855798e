"""The system over HTTP within a test's own transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def served(around: Callable[[], AbstractContextManager[None]] = nullcontext) -> Iterator[str]:
    """The address of a server whose thread shares the test's transaction.

    `around` is entered for each request.
    """
    shared, ours = connections["default"], get_wsgi_application()

    def application(environ: Any, start: Any) -> Any:
        connections["default"] = shared
        with around():
            return ours(environ, start)

    ends = (signals.request_started, signals.request_finished)
    for end in ends:  # as Django's own client does: they would close the test's connection
        end.disconnect(close_old_connections)
    shared.inc_thread_sharing()
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            shared.dec_thread_sharing()
            for end in ends:
                end.connect(close_old_connections)
