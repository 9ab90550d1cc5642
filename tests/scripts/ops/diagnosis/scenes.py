"""Requests as the product logs them, by how they go."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.findings import Findings, Looked, find
from scripts.ops.diagnosis.runbooks import Words
from scripts.ops.logbook.entries import line_of_text
from scripts.ops.logbook.line import Line

ID = "5f0c2c3e-7d0a-4b1e-9a51-0d8a2f6b7c11"
CORRELATION = "0d9b1f64-1c8e-4f5e-8a87-2f4f3c1d7e90"
BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LATER = BEGAN + timedelta(hours=1)
WORDS = Words(place="-P production", log="-P production")
LOCALLY = Words(place="--local", log="--local")
OF_A_FILE = Words(place="-P PROJECT", log="--file app.log")
QUOTA = {"stories": 3, "stories_limit": 20, "running": 1, "running_limit": 2}

_WARNINGS = {"call.refused", "Unauthorized", "Gating check blocked", "Retry attempt", "story.swept"}


def printed(event: str, at_ms: int, **fields: object) -> str:
    """Return the line that a function prints `at_ms` after BEGAN."""
    request_id = fields.get("request_id", ID)
    is_bad = event in _WARNINGS or event.startswith("model.")
    told = " ".join(f"{name}={value}" for name, value in fields.items() if name != "request_id")
    return json.dumps(
        {
            "severity": "WARNING" if is_bad else "INFO",
            "time": (BEGAN + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds"),
            "message": f"[req={request_id}] {event} {told}".strip(),
            "event": event,
            "function": "generate_story",
            "request_id": request_id,
            "correlationId": request_id,
            **fields,
        }
    )


def line(event: str, at_ms: int, **fields: object) -> Line:
    """Return the same line as it is read."""
    return line_of_text(printed(event, at_ms, **fields), BEGAN)


def case(*lines: Line, named: str = ID) -> Case:
    """Return the case of these lines."""
    made = Case.of(named, list(lines))
    assert made
    return made


def findings(
    *lines: Line, named: str = ID, window: Sequence[Line] = (), words: Words = WORDS
) -> Findings:
    """Return what is found of these lines, an hour later; `window` are others of that time."""
    return find(case(*lines, named=named), [*lines, *window], words, "production", LATER)


def with_changes(found: Findings) -> Findings:
    """Return findings with what was changed a minute and two hours before, and after it."""
    ages = {"models": timedelta(minutes=1), "THREADS": timedelta(hours=2), "late": -timedelta(1)}
    rows: list[dict[str, object]] = [
        {"said": f"{knob} turned", "at": BEGAN - age} for knob, age in ages.items()
    ]
    looked = Looked(rows=(*rows, {"said": "a note"}))
    return replace(found, around={**found.around, "changes": looked})


def admitted(at_ms: int = 300, **fields: object) -> Line:
    """Return the claim's line: it took 100 ms."""
    return line("story.admitted", at_ms, **{"ms": 100, "attempt_number": 1, **QUOTA, **fields})


def ended(at_ms: int, reason: str = "NONE", outcome: str = "completed", **fields: object) -> Line:
    """Return the last line of a call that began at 0."""
    return line(
        "call.ended", at_ms, **{"outcome": outcome, "reason": reason, "ms": at_ms, **fields}
    )


def completed(at_ms: int, total_ms: int) -> Line:
    """Return the line of a story that was told `total_ms` after the call began, and kept."""
    facts = {"model": "small", "words": 400, "input_tokens": 200, "output_tokens": 600}
    told = {"finish": "complete", "first_token_ms": 900, "total_ms": total_ms, "kept": "kept"}
    return line("story.completed", at_ms, **facts, **told)


def success() -> tuple[Line, ...]:
    return (admitted(), completed(5_200, 5_000), ended(5_210, queued_ms=120))


def replay() -> tuple[Line, ...]:
    return (line("story.replayed", 90, **QUOTA), ended(100))


def refused(reason: str, **fields: object) -> tuple[Line, ...]:
    problem = "the limit is reached"
    return (
        line("call.refused", 80, reason=reason, problem=problem, **fields),
        ended(90, reason, "refused"),
    )


def attempt_failed(at_ms: int, reason: str, ms: int, **fields: object) -> Line:
    event = "model.attempt_timeout" if reason == "TIMEOUT" else "model.attempt_failed"
    return line(event, at_ms, model="small", reason=reason, ms=ms, **fields)


def failed(reason: str, event: str = "call.failed", **facts: object) -> tuple[Line, ...]:
    """Return a story whose two attempts fail alike."""
    return (
        admitted(),
        attempt_failed(1_300, reason, 1_000, wait_ms=500, **facts),
        attempt_failed(2_800, reason, 1_000, **facts),
        line(event, 2_900, reason=reason, problem="what the server said", **facts),
        ended(2_910, reason, "failed"),
    )


def bug() -> tuple[Line, ...]:
    facts = {"error": "KeyError: (text withheld)", "stack_trace": "Traceback", "code": "internal"}
    return (admitted(), line("call.bug", 700, **facts), ended(710, "BUG", "failed"))


def killed(*, swept: bool) -> tuple[Line, ...]:
    gone = line(
        "story.swept",
        62_000,
        request_id="another",
        story_id=ID,
        attempt=1,
        function="sweep_stories",
    )
    return (admitted(), *([gone] if swept else []))


def of_store(event: str, at_ms: int, **fields: object) -> Line:
    """Return a line of a request to publish."""
    known = {"function": "store_api", "correlationId": CORRELATION, **fields}
    return line(event, at_ms, **known)


def store(reason: str, outcome: str, at_ms: int, *lines: Line) -> tuple[Line, ...]:
    end = {"reason": reason, "outcome": outcome, "ms": at_ms}
    return (*lines, of_store("call.ended", at_ms, **end))


def published() -> tuple[Line, ...]:
    told = of_store("Store Publish", 100, result="published", ms=99)
    return store("NONE", "completed", 120, told)


def gating_block() -> tuple[Line, ...]:
    reason = "PRECONDITION_REQUIRED"
    return store(
        reason,
        "refused",
        60,
        of_store("Gating check blocked", 40, missingStep="payments"),
        of_store("Store Publish", 45, result="blocked", ms=44),
        of_store("call.refused", 50, reason=reason, problem="payments is missing"),
    )


def store_retries() -> tuple[Line, ...]:
    """Return a publication whose three transactions fail."""
    reason = "DATABASE_UNAVAILABLE"
    known = {"of": 3, "reason": "40001"}
    return store(
        reason,
        "failed",
        2_000,
        of_store("Retry attempt", 200, attempt=2, ms=140, delay_ms=300, **known),
        of_store("Retry attempt", 700, attempt=3, ms=200, delay_ms=900, **known),
        of_store("Failed to publish store", 1_980, error=reason),
        of_store("Store Publish", 1_985, result="failed", ms=1_985),
        of_store("call.failed", 1_990, reason=reason, problem="the database is away"),
    )


def store_timeout() -> tuple[Line, ...]:
    reason = "STORE_TIMEOUT"
    return store(
        reason,
        "failed",
        20_010,
        of_store("Store Publish timeout", 20_000),
        of_store("call.failed", 20_005, reason=reason, problem="the time was up"),
    )


def unauthorized() -> tuple[Line, ...]:
    reason = "TOKEN_EXPIRED"
    known = {"reason": reason, "problem": "expired", "check": "expired", "expired_seconds": 120}
    return store(reason, "refused", 9, of_store("Unauthorized", 8, **known))
