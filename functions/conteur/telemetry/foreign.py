"""What others say, as lines of ours: libraries' logs, warnings, and threads that die.

Nobody chose what is in a library's message, and it may quote what it was given. So a line says
who spoke and where in the source, by which the text is found, and the text's fixed part where it
has one; of an exception as much as `redaction.describe` shows. None of it ever raises: whoever
spoke was doing something else.
"""

import logging
import re
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import TextIO

from conteur.telemetry import logs
from conteur.telemetry.redaction import WITHHELD

# gunicorn hangs its own handler on this one once `main.py` is loaded, and passes nothing on.
GUNICORN = "gunicorn.error"
# The first Google client has this one pass nothing on, where it finds neither handler nor level:
# https://github.com/googleapis/python-api-core/blob/main/google/api_core/client_logging.py
GOOGLE = "google"
# A signal's name, or an exit code's: no address of a request, nor a text that quotes one.
_WORD = re.compile(r"\w{1,20}", re.ASCII)


def take_over() -> None:
    """Have what others say logged here from now on, at WARNING and above.

    For a process that serves: what handlers the root logger had, it has no more.
    """
    lines = _Lines(logging.WARNING)
    logging.getLogger().handlers[:] = [lines]
    google = logging.getLogger(GOOGLE)
    google.handlers[:], google.propagate = [lines], False
    # For other loggers that pass nothing on to the root: else they print by this.
    logging.lastResort = lines
    logging.getLogger(GUNICORN).addFilter(_taken)
    logging.raiseExceptions = False  # what cannot be logged would be printed, with its arguments
    warnings.showwarning = _warned
    threading.excepthook = _thread_died
    sys.excepthook = _process_died
    sys.unraisablehook = _unraisable


class _Lines(logging.Handler):
    """Writes a line for each record."""

    def emit(self, record: logging.LogRecord) -> None:
        _tell(record)


def _taken(record: logging.LogRecord) -> bool:
    """Write gunicorn's line here, of whichever level it is set to, and let nobody else have it."""
    _tell(record)
    return False


def _tell(record: logging.LogRecord) -> None:
    try:
        _write(record)
    except Exception as error:  # noqa: BLE001 - whoever spoke is serving a request, and goes on
        logs.last_resort("library.said", error, logger=record.name, said=WITHHELD)


def _write(record: logging.LogRecord) -> None:
    error = record.exc_info[1] if record.exc_info else None
    place = f"{record.module}.{record.funcName}:{record.lineno}"
    fields = {"logger": record.name, "place": place, "said": _text(record)}
    if record.levelno >= logging.ERROR:
        logs.error("library.said", error, **fields)
    elif record.levelno >= logging.WARNING:
        logs.warning("library.said", error, **fields)
    else:
        logs.info("library.said", **fields)


def _text(record: logging.LogRecord) -> str:
    """Return what of the message its author wrote, and arguments that can quote nothing."""
    text = record.msg
    if not isinstance(text, str) or not (_is_written(text) or _is_of_gunicorn(record)):
        return WITHHELD
    arguments = record.args if isinstance(record.args, tuple) else (record.args,)
    is_plain = all(_is_plain(each, record.name) for each in arguments)
    return _filled(record, text) if is_plain else text


def _is_written(text: str) -> bool:
    """Tell whether the text stands in the source as it is, and was not put together."""
    return any(text in frame.f_code.co_consts for frame, _ in traceback.walk_stack(None))


def _is_of_gunicorn(record: logging.LogRecord) -> bool:
    """Tell whether it is a message of gunicorn's with arguments: it puts them together of words."""
    return record.name == GUNICORN and bool(record.args)


def _filled(record: logging.LogRecord, text: str) -> str:
    """Return the message with its arguments, without them where they do not fit it."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return text


def _is_plain(argument: object, logger: str) -> bool:
    if isinstance(argument, int | float):
        return True
    is_word = isinstance(argument, str) and _WORD.fullmatch(argument) is not None
    return is_word and logger == GUNICORN


def _warned(
    message: Warning | str,  # noqa: ARG001 - its text may quote anything
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - as `warnings` calls it
    line: str | None = None,  # noqa: ARG001 - likewise
) -> None:
    place = f"{filename}:{lineno}"
    try:
        logs.warning("python.warned", category=category.__qualname__, place=place)
    except Exception as error:  # noqa: BLE001 - as with a library's line
        logs.last_resort("python.warned", error, category=category.__qualname__, place=place)


def _thread_died(died: threading.ExceptHookArgs) -> None:
    if died.exc_value is not None and died.exc_type is not SystemExit:
        thread = died.thread.name if died.thread else "unknown"
        logs.last_resort("thread.died", died.exc_value, thread=thread)


def _process_died(
    kind: type[BaseException],  # noqa: ARG001 - as `sys` calls it
    error: BaseException,
    traceback: TracebackType | None,  # noqa: ARG001 - likewise: the error has it
) -> None:
    logs.last_resort("process.died", error)


def _unraisable(met: "sys.UnraisableHookArgs") -> None:
    """Log what was raised where nobody can catch it, such as in `__del__`."""
    if met.exc_value is not None:
        logs.last_resort("python.unraisable", met.exc_value)
