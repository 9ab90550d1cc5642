"""A line for people, and for programs."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from scripts.ops.logbook.entries import LOG, SPAN, TRACE
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.requests import REQUESTS

STACK = "stack_trace"
INDENT = " " * 4
_SEVERITY_WIDTH, _SERVICE_WIDTH = 8, 14  # of CRITICAL and of generate-story
_FIRST = ("event", "request_id", "function", "attempt", "correlationId")
_LAST = (TRACE, SPAN, STACK)
_RED, _YELLOW, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"
_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "DEFAULT": _DIM,
        "DEBUG": _DIM,
        "WARNING": _YELLOW,
        **dict.fromkeys(("ERROR", "CRITICAL", "ALERT", "EMERGENCY"), _RED),
    }
)


def for_programs(line: Line) -> str:
    """Return a line as the JSON object that the function printed, on one line.

    Cloud Logging does not keep the order of members, so it is the same here for every source:
    what each line has, the function's own members by name, the trace, and the stack at last. A line
    that no function printed but Cloud Run, of a request, says of which log it is.
    """
    told = {
        "severity": line.severity,
        "time": _iso(line.time),
        "message": line.message,
        **{name: line.fields[name] for name in _ordered(line.fields)},
        **({LOG: line.log} if line.log == REQUESTS else {}),
    }
    return json.dumps(told)


def for_people(line: Line, *, colours: bool = False) -> str:
    """Return a line to be read: UTC, severity, service, message, and a stack below, indented."""
    moment = f"{line.time.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{line.time.microsecond // 1000:03}"
    severity = f"{line.severity:{_SEVERITY_WIDTH}}"
    if colours and line.severity in _COLOURS:
        severity = f"{_COLOURS[line.severity]}{severity}{_PLAIN}"
    head = f"{moment} {severity} {shown(line.service):{_SERVICE_WIDTH}} "
    stack = str(line.fields.get(STACK, ""))
    first, *more = [shown(text) for text in f"{line.message}\n{stack}".rstrip().split("\n")]
    return "\n".join([(head + first).rstrip(), *(INDENT + text for text in more)])


def _ordered(fields: Mapping[str, object]) -> list[str]:
    own = sorted(name for name in fields if name not in {*_FIRST, *_LAST})
    return [name for name in (*_FIRST, *own, *_LAST) if name in fields]


def _iso(moment: datetime) -> str:
    """Return a moment as the functions print it, and finer only where it is."""
    finer = moment.microsecond % 1000
    return moment.astimezone(UTC).isoformat(timespec="microseconds" if finer else "milliseconds")


def shown(text: str) -> str:
    """Return a text without what would steer the terminal: it may be of anyone's making."""
    return "".join(
        each if each.isprintable() or each == "\t" else ascii(each)[1:-1] for each in text
    )
