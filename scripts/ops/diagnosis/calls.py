"""The calls that were made under one id, each with its lines.

A request that is sent again has several, under one request id; a correlation id has those of all
its requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.ops.diagnosis.case import Case
from scripts.ops.logbook.line import Line

END, JOB_END, ADMITTED = "call.ended", "job.ended", "story.admitted"
ENDS = (END, JOB_END)
REASONED = ("call.refused", "call.failed", "call.timeout", "call.bug", "Unauthorized")
"""Why a call ended as it did; Unauthorized is the store's, for a request without a token."""
JOB_REASONED = ("job.failed", "job.bug", "job.dropped")
STARTED = (ADMITTED, "model.attempt_failed", "model.attempt_timeout", *REASONED)
"""Only a call that is under way writes these; others may come from what goes on after it."""
BLURRED = timedelta(milliseconds=5)  # a line's time and a call's length are both rounded
TRACE = "logging.googleapis.com/trace"
_JOB_REASONS = {"dropped": "MALFORMED_JSON", "bug": "BUG"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call, or run of a job, oldest line first; `end` is None where no line is its last."""

    request_id: str
    lines: tuple[Line, ...]
    end: Line | None

    @property
    def began(self) -> datetime:
        """When its bytes had come: its end tells how long it took; else the first that is known."""
        if self.end:
            return _began(self.end)
        first = self.lines[0]
        return _began(first) if first.event == ADMITTED else first.time

    @property
    def last_seen(self) -> datetime:
        """When it ended, or last wrote a line."""
        return self.lines[-1].time

    @property
    def ms(self) -> int | None:
        """How long it took; None where no line tells its end."""
        length = self.end.number("ms") if self.end else None
        return None if length is None else round(length)

    @property
    def reason(self) -> str:
        """Why it did not do what was asked; empty where it did, or has no end."""
        if self.end and self.end.event == JOB_END:
            result = self.text("result", self.end)
            return _JOB_REASONS.get(result, self.text("reason", self.last("job.failed")))
        named = self.text("reason", self.end)
        return "" if named == "NONE" else named

    @property
    def outcome(self) -> str:
        """How it ended: completed, refused or failed; empty without an end."""
        if self.end and self.end.event == JOB_END:
            return "failed" if self.reason else "completed"
        return self.text("outcome", self.end)

    @property
    def function(self) -> str:
        """The function that was called, as in main.py; empty where no line says so."""
        return next(filter(None, (self.text("function", line) for line in self.lines)), "")

    def first(self, *events: str) -> Line | None:
        """Return its first line of these events."""
        return next((line for line in self.lines if line.event in events), None)

    def last(self, *events: str) -> Line | None:
        """Return its last line of these events."""
        return next((line for line in reversed(self.lines) if line.event in events), None)

    def offset(self, line: Line) -> int:
        """Return how long after its beginning a line was written, in milliseconds."""
        return max(0, round((line.time - self.began) / timedelta(milliseconds=1)))

    @staticmethod
    def text(name: str, line: Line | None) -> str:
        """Return a field as text; empty where there is none."""
        value = line.fields.get(name) if line else None
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Calls:
    """All calls of a case, the oldest first, and what others logged of it afterwards."""

    all: tuple[Call, ...]
    beside: tuple[Line, ...]

    @classmethod
    def of(cls, case: Case) -> "Calls":
        """Sort a case's lines: each belongs to one call, or to what goes on beside them."""
        calls, beside = [], [line for line in case.lines if not _is_own(line, case.named)]
        own = [line for line in case.lines if _is_own(line, case.named)]
        for request_id in dict.fromkeys(line.request_id for line in own):
            ended, left = _ended(
                request_id, [line for line in own if line.request_id == request_id]
            )
            calls += ended
            if left and (not ended or any(line.event in STARTED for line in left)):
                calls.append(Call(request_id, tuple(left), None))
            else:
                beside += left
        calls.sort(key=lambda call: call.began)
        return cls(tuple(calls), tuple(sorted(beside, key=lambda line: line.time)))


def _is_own(line: Line, named: str) -> bool:
    """Tell a call's line from that of a job, or of another request, that deals with the story."""
    goes_by = {line.request_id, str(line.fields.get("correlationId", ""))}
    return bool(line.request_id) and named in goes_by


def _ended(request_id: str, lines: list[Line]) -> tuple[list[Call], list[Line]]:
    ends = [line for line in lines if line.event in ENDS]
    parts: dict[int, list[Line]] = {number: [] for number in range(len(ends))}
    left: list[Line] = []
    for line in lines:
        number = _of_which(line, ends)
        (left if number is None else parts[number]).append(line)
    return [Call(request_id, tuple(parts[n]), ends[n]) for n in parts], left


def _of_which(line: Line, ends: list[Line]) -> int | None:
    """Return which call a line is of; of several at once, the one it explains, or the oldest."""
    if line.event in ENDS:
        return next(n for n, end in enumerate(ends) if end is line)
    within = [n for n, end in enumerate(ends) if _began(end) - BLURRED <= line.time <= end.time]
    trace = line.fields.get(TRACE)
    if trace:
        within = [n for n in within if ends[n].fields.get(TRACE, trace) == trace] or within
    if line.event in REASONED:
        reason = _reason_of(line)
        within = [n for n in within if ends[n].fields.get("reason") == reason] or within
    return min(within, key=lambda n: _began(ends[n]), default=None)


def _reason_of(line: Line) -> object:
    return "BUG" if line.event == "call.bug" else line.fields.get("reason")


def _began(line: Line) -> datetime:
    return line.time - timedelta(milliseconds=line.number("ms") or 0)


def reasons(calls: Iterable[Call]) -> tuple[str, ...]:
    """Return how calls ended, in their order: `completed`, or the reason."""
    return tuple(call.reason or ("completed" if call.end else "without an end") for call in calls)
