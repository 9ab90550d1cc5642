"""All that was found of a request: what reports are made of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scripts.ops.diagnosis.advice import in_place, once
from scripts.ops.diagnosis.calls import Call, Calls, reasons
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.quota import Quota, QuotaNow, quota_of
from scripts.ops.diagnosis.runbooks import Task, Words, runbook_of, tasks_of
from scripts.ops.diagnosis.timeline import Timeline, timeline_of
from scripts.ops.diagnosis.verdict import Verdict, verdict_of
from scripts.ops.logbook.line import Line


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look around found, for people and for programs, and what kept it from more."""

    lines: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A call and its timeline, which tells of it."""

    call: Call
    timeline: Timeline
    outcome: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a request at `at`; `place` names for people whose log it was in.

    `mends` are the operator's advice for that place, each once. `around` has what was looked at
    around it, by name.
    """

    named: str
    place: str
    at: datetime
    case: Case
    verdict: Verdict
    told: tuple[Told, ...]
    beside: tuple[Line, ...]
    words: Words
    mends: tuple[str, ...]
    runbook: str
    tasks: tuple[Task, ...]
    quota: Quota | None
    quota_now: QuotaNow | None = None
    around: Mapping[str, Looked] = field(default_factory=dict)

    @property
    def function(self) -> str:
        """The function that was called."""
        return self.verdict.call.function or "unknown"


def find(case: Case, window: Collection[Line], words: Words, place: str, at: datetime) -> Findings:
    """Return what a case's own lines tell; `window` are others' lines of its time."""
    calls = Calls.of(case)
    verdict = verdict_of(calls, window, at)
    told = [
        Told(call, timeline_of(call), outcome)
        for call, outcome in zip(calls.all, reasons(calls.all), strict=True)
    ]
    return Findings(
        named=case.named,
        place=place,
        at=at,
        case=case,
        verdict=verdict,
        told=tuple(told),
        beside=calls.beside,
        words=words,
        mends=once(in_place(text, words) for text in verdict.mends),
        runbook=runbook_of(verdict),
        tasks=tasks_of(verdict, case.named, words),
        quota=quota_of(verdict.call),
    )
