"""One JSON object a line on standard output, which Cloud Logging takes as it is.

    logs.info("story.completed", ms=812, words=400)
    logs.error("edge.bug", error)

Each line's message says by itself what happened (`firebase functions:log` shows no fields):
`[req=... att=1] story.completed ms=812 words=400`, with `corr=...` after `req` where callers know
the request by another id. The special members are those of
https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
"""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from threading import RLock

from conteur.telemetry import context
from conteur.telemetry.redaction import describe, scrub, stack

Field = str | int | float | bool | None
"""What a field may be: never a request, a header or an exception as a whole."""

_PLAIN = (int, float, bool, type(None))
_encode = json.JSONEncoder().encode
_writing = RLock()  # a finalizer that runs in the middle of a line may log one as well


def info(event: str, **fields: Field) -> None:
    """Log what is as it should be."""
    _log("INFO", event, fields, None)


def warning(event: str, exc: BaseException | None = None, /, **fields: Field) -> None:
    """Log what went wrong and was dealt with; of `exc` the type and a safe text."""
    _log("WARNING", event, fields if exc is None else {**fields, "error": describe(exc)}, None)


def error(event: str, exc: BaseException | None = None, /, **fields: Field) -> None:
    """Log what somebody has to look at, with the stack of `exc`."""
    _log("ERROR", event, fields if exc is None else {**fields, "error": describe(exc)}, exc)


def last_resort(event: str, exc: BaseException, /, **fields: Field) -> None:
    """Log an error where logging may be what fails: then at least its type is told. Never raises.

    The second try takes no lock, and needs no context.
    """
    try:
        error(event, exc, **fields)
    except BaseException:  # noqa: BLE001 - whoever calls this has an answer to send, whatever happens
        plain = {
            "severity": "ERROR",
            "message": f"{event} {type(exc).__qualname__}",
            "event": event,
        }
        with suppress(Exception):
            sys.stderr.write(f"{json.dumps(plain)}\n")


def _log(severity: str, event: str, fields: dict[str, Field], exc: BaseException | None) -> None:
    request = context.current()
    entry: dict[str, Field] = {}
    words = [event] if request is None else [_prefix(request), event]
    for name, value in fields.items():
        clean = entry[name] = value if type(value) in _PLAIN else scrub(str(value))
        words.append(f"{name}={_shown(clean) if isinstance(clean, str) else clean}")
    entry |= {
        "severity": severity,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "message": " ".join(words),
        "event": event,
    }
    if request is not None:
        entry |= _of_request(request)
    if exc is not None:
        entry["stack_trace"] = scrub(stack(exc))
    _write(_encode(entry))


def _prefix(request: context.RequestContext) -> str:
    is_another = request.correlation not in {"", request.request_id}
    correlation = f" corr={request.correlation}" if is_another else ""
    attempt = f" att={request.attempt}" if request.attempt else ""
    return f"[req={request.request_id}{correlation}{attempt}]"


def _shown(text: str) -> str:
    return text if text and text.isprintable() and " " not in text else _encode(text)


def _of_request(request: context.RequestContext) -> dict[str, Field]:
    members: dict[str, Field] = {
        "request_id": request.request_id,
        "correlationId": request.correlation_id,
        "function": request.function,
    }
    if request.attempt:
        members["attempt"] = request.attempt
    trace = request.trace
    if trace.name:
        members["logging.googleapis.com/trace"] = trace.name
        if trace.span:
            members["logging.googleapis.com/spanId"] = trace.span
        if trace.sampled:
            members["logging.googleapis.com/trace_sampled"] = True
    return members


def _write(line: str) -> None:
    # One write for line and newline together, one thread at a time: lines stay whole.
    with _writing:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
