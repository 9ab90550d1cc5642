"""The calls that were made under one id, each with its lines.

A request that is sent again has several, under one request id; a correlation id has those of all
its requests.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conteur.domain.deadline import LONGEST_CALL_SECONDS
from scripts.ops.diagnosis.case import Case
from scripts.ops.logbook.entries import SPAN, TRACE
from scripts.ops.logbook.line import Line

LONGEST = timedelta(seconds=LONGEST_CALL_SECONDS)
"""A function is ended by the platform after it: a call that is older goes on no more."""
END, JOB_END, ADMITTED = "call.ended", "job.ended", "story.admitted"
ENDS = (END, JOB_END)
REASONED = ("call.refused", "call.failed", "call.timeout", "call.bug", "Unauthorized")
"""Why a call ended as it did; Unauthorized is the store's, for a request without a token."""
JOB_REASONED = ("job.failed", "job.bug", "job.dropped")
OUTCOMES = ("completed", "refused", "failed")
STARTED = (ADMITTED, "model.attempt_failed", "model.attempt_timeout", *REASONED)
"""Only a call that is under way writes these; others may come from what goes on after it."""
BLURRED = timedelta(milliseconds=5)  # a line's time and a call's length are both rounded
LATE = timedelta(seconds=2)
"""How much later than it took its length a busy process may write a call's end."""
MOST_MS = 86_400_000.0  # of a call or a job: whatever is longer was not measured
MARKS = (TRACE, SPAN)
_REASONS = {"call.bug": "BUG", "job.bug": "BUG", "job.dropped": "MALFORMED_JSON"}
_JOB_REASONS = {"dropped": "MALFORMED_JSON", "bug": "BUG"}
_REFUSALS = ("call.refused", "Unauthorized")


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
        """How long it took; None where no line tells its end, or that."""
        length = _length(self.end) if self.end else None
        return None if length is None else round(length)

    @property
    def reason(self) -> str:
        """Why it did not do what was asked; empty where it did, or no line tells."""
        if self.end is None:
            return _reason_of(self.last(*REASONED, *JOB_REASONED))
        if self.end.event == JOB_END:
            result = self.text("result", self.end)
            return _JOB_REASONS.get(result, self.text("reason", self.last("job.failed")))
        named = self.text("reason", self.end)
        return "" if named == "NONE" else named

    @property
    def outcome(self) -> str:
        """How it ended: completed, refused or failed; empty where no line tells."""
        told = self.text("outcome", self.end)
        if told in OUTCOMES and self.end and self.end.event == END:
            return told
        if self.reason:
            return "refused" if self.end is None and self.last(*_REFUSALS) else "failed"
        return "completed" if self.end else ""

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
            groups = _apart(left)
            began = [group for group in groups if any(line.event in STARTED for line in group)]
            told = began or ([left] if left and not ended else [])
            calls += [Call(request_id, tuple(group), None) for group in told]
            known = {id(line) for group in told for line in group}
            beside += [line for line in left if id(line) not in known]
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


def _of_which(line: Line, ends: Sequence[Line]) -> int | None:
    """Return which call a line is of; of several at once, the one it explains, or the oldest."""
    if line.event in ENDS:
        return next(n for n, end in enumerate(ends) if end is line)
    own = [n for n, end in enumerate(ends) if _is_traced_to(line, end)]
    possible = own or [n for n, end in enumerate(ends) if _is_same(line, end) is not False]
    within = [n for n in possible if _is_within(line, ends[n], BLURRED)]
    if line.event in REASONED:
        reason = _reason_of(line)
        explained = [n for n in possible if Call.text("reason", ends[n]) == reason]
        late = [n for n in explained if _is_within(line, ends[n], LATE)]
        within = [n for n in within if n in explained] or within or late[:1]
    return min(within or own, key=lambda n: _began(ends[n]), default=None)


def _is_same(line: Line, other: Line) -> bool | None:
    """Tell whether lines are of the same call, by their traces; None where one has none."""
    traces, spans = ([str(each.fields.get(mark, "")) for each in (line, other)] for mark in MARKS)
    if not all(traces):
        return None
    return traces[0] == traces[1] and (not all(spans) or spans[0] == spans[1])


def _is_traced_to(line: Line, end: Line) -> bool:
    """Tell whether a line is of the call, whatever the clocks say, and not of what follows it."""
    return bool(_is_same(line, end)) and (line.event in STARTED or line.time <= end.time)


def _is_within(line: Line, end: Line, slack: timedelta) -> bool:
    return _began(end) - slack <= line.time <= end.time


def _apart(lines: Iterable[Line]) -> Sequence[Sequence[Line]]:
    """Return lines without an end, oldest first, by the calls that they can be of."""
    groups: list[list[Line]] = []
    for line in lines:
        its = next((group for group in groups if _goes_on(group, line)), None)
        if its is None:
            groups.append([line])
        else:
            its.append(line)
    return groups


def _goes_on(group: Sequence[Line], line: Line) -> bool:
    """Tell whether a line may be of the same call; a reason is a call's last word but its end."""
    is_same = _is_same(line, group[0])
    if is_same is not None:
        return is_same
    is_over = group[-1].event in (*REASONED, *JOB_REASONED)
    return not is_over and line.time - group[0].time <= LONGEST


def _reason_of(line: Line | None) -> str:
    named = Call.text("reason", line)
    return _REASONS.get(line.event, named) if line else ""


def _began(line: Line) -> datetime:
    return line.time - timedelta(milliseconds=_length(line) or 0)


def _length(line: Line) -> float | None:
    ms = line.number("ms")
    return ms if ms is not None and 0 <= ms <= MOST_MS else None


def reasons(calls: Iterable[Call]) -> tuple[str, ...]:
    """Return how calls ended, in their order: `completed`, or the reason."""
    return tuple(call.reason or ("completed" if call.end else "without an end") for call in calls)
