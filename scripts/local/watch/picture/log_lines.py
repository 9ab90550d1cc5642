"""The made-up hour's log, written by the product's own logging."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime

from conteur.adapters.openai_api.errors import outage
from conteur.telemetry import context, logs
from conteur.telemetry.registry import Function

LINES = 12
APART_SECONDS = 11.0
FAILED = "call.failed"  # as entrypoints/observation.py names it
ERROR = outage("The model's server failed (503).")


def log_lines(end: float) -> Iterator[str]:
    """Yield the newest lines as of `end`, oldest first."""
    for number in range(LINES):
        at = datetime.fromtimestamp(end - APART_SECONDS * (LINES - number), UTC)
        entry = json.loads(_logged(f"request-{number}"))
        yield json.dumps({**entry, "time": at.isoformat(timespec="milliseconds")}) + "\n"


def _logged(request: str) -> str:
    context.enter(context.RequestContext(request, Function.GENERATE_STORY))
    facts = {**ERROR.facts, "code": ERROR.code.value, "problem": ERROR.message}
    with redirect_stdout(io.StringIO()) as printed:
        logs.error(FAILED, reason=ERROR.reason, **facts)
    context.leave()
    return printed.getvalue()
