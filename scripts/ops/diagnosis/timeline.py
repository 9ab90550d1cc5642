"""What a call did when: phases, attempts and waits, of its lines alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scripts.ops.diagnosis.calls import ADMITTED, ENDS, REASONED, Call
from scripts.ops.logbook.line import Line

FAILED_ATTEMPTS = ("model.attempt_failed", "model.attempt_timeout")
COMPLETED, RETRIED = "story.completed", "Retry attempt"
_CONSUMED = {*ENDS, ADMITTED, COMPLETED, RETRIED, *FAILED_ATTEMPTS}
LEAST_GAP_MS = 50  # what is shorter is no riddle
ENTRANCE = "token, account and settings checked (no line of its own)"
PREPARED = "prompt prepared and judged (no line of its own)"
CLOSED = "its end kept and answered (no line of its own)"
UNEXPLAINED = "no line tells what it did"
ENTERED = "token and request checked (no line of its own)"
PUBLISHING, BLOCKED = "Store Publish", "Gating check blocked"
_CLOSINGS = (BLOCKED, "Store Publish timeout", "Failed to publish store", PUBLISHING, *REASONED)
"""Each is written once the last transaction has ended."""


class Kind(StrEnum):
    """What a step of a timeline is."""

    WORK = "work"
    WAIT = "wait"
    GAP = "gap"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a call.

    `at_ms` counts from the call's beginning; `ms` is None for a moment, and for what no line
    tells the end of.
    """

    kind: Kind
    name: str
    at_ms: int
    ms: int | None = None
    told: str = ""

    @property
    def until_ms(self) -> int:
        """When it ended, as far as it is known."""
        return self.at_ms + (self.ms or 0)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A call's steps by their beginnings; `ms` is its length, None where no line tells its end."""

    began: datetime
    ms: int | None
    steps: tuple[Step, ...]


def timeline_of(call: Call) -> Timeline:
    """Return a call's timeline."""
    known = [*_queue(call), *_admission(call), *_attempts(call), *_transactions(call)]
    known += [*_saving(call)]
    steps = [*known, *_gaps(call, known), *_moments(call), *_end(call)]
    return Timeline(call.began, call.ms, tuple(sorted(steps, key=_order)))


def _order(step: Step) -> tuple[int, bool, bool]:
    """Of what begins at once, the end is last; a moment is after what it closes."""
    return step.at_ms, step.name.startswith("ended"), step.kind is Kind.MOMENT


def _queue(call: Call) -> Iterator[Step]:
    queued = call.end.number("queued_ms") if call.end else None
    if queued:
        yield Step(Kind.WAIT, "queued for a thread", 0, round(queued))


def _admission(call: Call) -> Iterator[Step]:
    line = call.first(ADMITTED)
    if line is None:
        return
    ms, number = round(line.number("ms") or 0), round(line.number("attempt_number") or 1)
    told = "" if number == 1 else f"claim {number}: it took the story over from an earlier one"
    yield Step(Kind.WORK, "admission", max(0, call.offset(line) - ms), ms, told)


def _attempts(call: Call) -> Iterator[Step]:
    admitted = call.first(ADMITTED)
    cursor, number, more = call.offset(admitted) if admitted else 0, 0, admitted is not None
    for line in call.lines:
        if line.event not in FAILED_ATTEMPTS:
            continue
        number += 1
        until, ms = call.offset(line), line.number("ms")
        began = cursor if ms is None else max(0, until - round(ms))
        yield Step(Kind.WORK, _attempt(number, line), began, until - began, _why(line))
        wait = line.number("wait_ms")
        if wait:
            yield Step(Kind.WAIT, f"before attempt {number + 1}", until, round(wait))
        cursor, more = until + round(wait or 0), wait is not None
    if more:
        yield from _last_attempt(call, number + 1, cursor)


def _last_attempt(call: Call, number: int, began: int) -> Iterator[Step]:
    """Yield the attempt that did not fail: it told the story, or nobody tells of its end."""
    line = call.last(COMPLETED)
    if line is not None:
        total = line.number("total_ms")
        until = call.offset(line) if total is None else max(began, round(total))
        yield Step(Kind.WORK, _attempt(number, line), began, until - began, _story(line))
    elif call.end is None:
        yield Step(Kind.WORK, f"attempt {number}", began, None, "no line tells its end")


def _attempt(number: int, line: Line) -> str:
    return f"attempt {number} ({Call.text('model', line) or 'a model'})"


def _why(line: Line) -> str:
    named = (Call.text(name, line) for name in ("reason", "kind", "phase", "cause", "problem"))
    return " ".join(filter(None, named))


def _story(line: Line) -> str:
    parts = (
        ("first token after {} ms of the call", "first_token_ms"),
        ("{} words", "words"),
        ("{} tokens in", "input_tokens"),
        ("{} out", "output_tokens"),
        ("finish {}", "finish"),
    )
    return ", ".join(text.format(line.fields[name]) for text, name in parts if name in line.fields)


def _saving(call: Call) -> Iterator[Step]:
    line = call.last(COMPLETED)
    told = line.number("total_ms") if line else None
    if line is not None and told is not None and call.offset(line) >= told:
        kept = Call.text("kept", line)
        yield Step(Kind.WORK, "saving", round(told), call.offset(line) - round(told), kept)


def _transactions(call: Call) -> Iterator[Step]:
    """Yield a store request's transactions, the waits between them, and the answer."""
    queued = call.end.number("queued_ms") if call.end else None
    cursor, number = round(queued or 0), 0
    for line in (line for line in call.lines if line.event == RETRIED):
        number, until, ms = number + 1, call.offset(line), line.number("ms")
        began = cursor if ms is None else max(cursor, until - round(ms))
        yield Step(Kind.WORK, _transaction(number), began, max(0, until - began), _why(line))
        delay = round(line.number("delay_ms") or 0)
        yield Step(Kind.WAIT, f"before attempt {number + 1}", until, delay)
        cursor = until + delay
    if number or call.first(PUBLISHING):
        yield from _last_transaction(call, number + 1, cursor)


def _last_transaction(call: Call, number: int, began: int) -> Iterator[Step]:
    """Yield what follows the last wait; of a first attempt no line tells the checks apart."""
    line = call.first(*_CLOSINGS) or call.end
    if line is None:
        yield Step(Kind.WORK, _transaction(number), began, None, "no line tells its end")
        return
    until = max(began, call.offset(line))
    name = _transaction(number) if number > 1 else f"checks, and {_transaction(number)}"
    yield Step(Kind.WORK, name, began, until - began, _result(call))
    if call.ms is not None and call.ms > until:
        yield Step(Kind.WORK, "answer", until, call.ms - until)


def _transaction(number: int) -> str:
    return f"transaction, attempt {number}"


def _result(call: Call) -> str:
    """Return how a request to publish ended; where the gate is closed, what is missing."""
    blocked, published = call.first(BLOCKED), call.first(PUBLISHING)
    parts = (Call.text("result", published), call.reason, Call.text("missingStep", blocked))
    return " ".join(filter(None, parts))


def _gaps(call: Call, steps: list[Step]) -> Iterator[Step]:
    """Yield what lies between the steps that are known."""
    until = call.offset(call.lines[-1]) if call.ms is None else call.ms
    cursor, before = 0, ""
    for step in [*sorted(steps, key=_order), Step(Kind.MOMENT, "", until)]:
        if step.at_ms - cursor >= LEAST_GAP_MS:
            yield Step(Kind.GAP, _between(before, step.name), cursor, step.at_ms - cursor)
        cursor, before = max(cursor, step.until_ms), step.name
        if step.kind is Kind.WORK and step.ms is None:
            return


def _between(before: str, after: str) -> str:
    """Return what goes on between two steps without a line of its own."""
    if after == "admission":
        return ENTRANCE
    if not before and after.startswith("transaction"):
        return ENTERED
    if before == "admission" and after.startswith("attempt"):
        return PREPARED
    return CLOSED if before.startswith("attempt") and not after else UNEXPLAINED


def _moments(call: Call) -> Iterator[Step]:
    for line in call.lines:
        if line.event not in _CONSUMED:
            name = line.event or "(a line that is not the product's)"
            yield Step(Kind.MOMENT, name, call.offset(line), None, said(line))


def _end(call: Call) -> Iterator[Step]:
    if call.end is not None and call.ms is not None:
        yield Step(Kind.MOMENT, f"ended: {call.outcome}", call.ms, None, call.reason)


def said(line: Line) -> str:
    """Return what a line says, without whose it is and what happened."""
    text = line.message
    if text.startswith("["):
        text = text.partition("] ")[2]
    return text.removeprefix(line.event).strip()
