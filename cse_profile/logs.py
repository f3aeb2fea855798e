"""What the processes write about themselves: where an error happened, never what it says.

The message of an error may quote what a partner sent ("Failing row contains (…)"). A record is
made plain when it is made, not when it is written, so that it holds for every handler: ours,
Celery's and gunicorn's alike.
"""

import logging
import logging.config
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

#: Of what Celery tells of a task by name, what nobody sent.
_KEPT = {"name", "id", "hostname", "description"}
_LEFT_OUT = "…"
#: Its arguments are a reason phrase and the path of the request.
_OF_REQUESTS = "django.request"


def configure(config: dict[str, Any]) -> None:
    """What Django calls with LOGGING."""
    logging.config.dictConfig(config)
    guard()


def guard() -> None:
    """Keep what was sent out of whatever this process writes from now on about errors."""
    logging.setLogRecordFactory(_record)
    logging.raiseExceptions = False  # a line that cannot be formatted would be told with its values
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def told(error: BaseException) -> str:
    """The classes of an error and of what led to it, the first cause first, each with its frames.

    A frame is `file:line function`; there are no messages, source lines or values.
    """
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> list[str]:
    seen.add(id(error))
    hidden = error.__suppress_context__
    before = [error.__cause__ or (None if hidden else error.__context__)]
    inside = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    lines = []
    for other in [*before, *inside]:
        if other is not None and id(other) not in seen:
            lines += [*_lines(other, seen), "which led to"]
    for frame, line in traceback.walk_tb(error.__traceback__):
        lines.append(f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}")
    return [*lines, _class(error)]


def _class(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _record(*args: Any, **options: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **options)
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(record.msg, BaseException):
        record.msg = _class(record.msg)
    if error is not None and not record.args:
        record.msg = "Unexpected error"  # a sentence made beforehand may hold the error's
    if record.args:
        record.args = _plain(record.args, strict=error is not None and record.name != _OF_REQUESTS)
    if error is not None:
        record.exc_text = told(error)
    record.exc_info = record.stack_info = None
    return record


def _plain(args: Any, *, strict: bool) -> Any:
    """The arguments of a message without errors' words; if `strict`, without any text."""
    if isinstance(args, Mapping):
        return {key: value if key in _KEPT else _LEFT_OUT for key, value in args.items()}
    return tuple(_one(value, strict=strict) for value in args)


def _one(value: Any, *, strict: bool) -> Any:
    if isinstance(value, BaseException):
        return _class(value)
    return _LEFT_OUT if strict and not isinstance(value, int | float) else value


def _write(error: BaseException | None) -> None:
    if error is not None and sys.stderr is not None:
        sys.stderr.write(told(error) + "\n")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _write(error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit:
        _write(args.exc_value)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    _write(args.exc_value)
