"""One JSON object a line on standard output, which Cloud Logging takes as it is.

    logs.info("story.completed", ms=812, words=400)
    logs.error("edge.bug", error)

Each line's message says by itself what happened (`firebase functions:log` shows no fields):
`[req=... att=1] story.completed ms=812 words=400`. The special members are those of
https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
"""

import json
import sys
from datetime import UTC, datetime
from threading import Lock

from conteur.telemetry import context
from conteur.telemetry.redaction import describe, scrub, stack

Field = str | int | float | bool | None
"""What a field may be: never a request, a header or an exception as a whole."""

_writing = Lock()


def info(event: str, **fields: Field) -> None:
    """Log what is as it should be."""
    _log("INFO", event, fields, None)


def warning(event: str, exc: BaseException | None = None, /, **fields: Field) -> None:
    """Log what went wrong and was dealt with; of `exc` the type and a safe text."""
    _log("WARNING", event, fields if exc is None else {**fields, "error": describe(exc)}, None)


def error(event: str, exc: BaseException | None = None, /, **fields: Field) -> None:
    """Log what somebody has to look at, with the stack of `exc`."""
    _log("ERROR", event, fields if exc is None else {**fields, "error": describe(exc)}, exc)


def _log(severity: str, event: str, fields: dict[str, Field], exc: BaseException | None) -> None:
    request = context.current()
    clean = {name: _clean(value) for name, value in fields.items()}
    entry: dict[str, Field] = {
        **clean,
        "severity": severity,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "message": _message(event, clean, request),
        "event": event,
        **({} if request is None else _of_request(request)),
        **({} if exc is None else {"stack_trace": scrub(stack(exc))}),
    }
    _write(json.dumps(entry))


def _clean(value: object) -> Field:
    """Return a scalar as it is and anything else as text, without keys and tokens."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub(str(value))


def _message(event: str, fields: dict[str, Field], request: context.RequestContext | None) -> str:
    words = [event, *(f"{name}={_shown(value)}" for name, value in fields.items())]
    if request is not None:
        attempt = f" att={request.attempt}" if request.attempt else ""
        words.insert(0, f"[req={request.request_id}{attempt}]")
    return " ".join(words)


def _shown(value: Field) -> str:
    text = str(value)
    return text if text and text.isprintable() and " " not in text else json.dumps(text)


def _of_request(request: context.RequestContext) -> dict[str, Field]:
    members: dict[str, Field] = {"request_id": request.request_id, "function": request.function}
    if request.attempt:
        members["attempt"] = request.attempt
    if request.correlation:
        members["correlationId"] = request.correlation
    if request.trace.name:
        members["logging.googleapis.com/trace"] = request.trace.name
        members["logging.googleapis.com/spanId"] = request.trace.span
    return members


def _write(line: str) -> None:
    # One write for line and newline together, one thread at a time: lines stay whole.
    with _writing:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
