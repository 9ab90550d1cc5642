"""How a request ended, what that means, and whose fault it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from conteur.catalogue.entry import Advice, Diagnosis, Entry
from scripts.ops.diagnosis.calls import JOB_REASONED, LONGEST, REASONED, Call, Calls
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.entries import advice_of, diagnoses, entries
from scripts.ops.logbook.line import Line

SWEPT, INTERRUPTED = "story.swept", "STORY_INTERRUPTED"
WAITING = ("IN_PROGRESS", "IDEMPOTENCY_IN_FLIGHT")
"""Refusals of a request that another call of it is busy with: the other one is what counts."""
_CHECKED = ("check", "expired_seconds", "age_seconds", "signed_in_seconds_before")
_KILLED = ("Memory limit of", "was sent SIGKILL", "was sent SIGTERM", "out of memory")


class Ending(StrEnum):
    """How a call ended."""

    COMPLETED = "completed"
    REFUSED = "refused"
    FAILED = "failed"
    RUNNING = "running"
    KILLED = "killed"  # its instance ended before it did


class Fault(StrEnum):
    """Who has to do something about it."""

    NOBODY = "nobody's"
    CALLER = "the caller's, or a limit's: not counted as a failure of the service"
    SERVICE = "the service's, or of what it depends on: it counts in the error rate"
    UNKNOWN = "not known to this revision of the catalogue"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request. `call` is the one that it is told of.

    `kind`, `phase` and `cause` are the error's facts, `said` its text in the log, `diagnoses`
    what the catalogue says of phase and cause; each is empty where there is none. `checked` says
    which check a token or a signature did not pass: `check=expired expired_seconds=120`.
    """

    call: Call
    ending: Ending
    reason: str
    kind: str
    phase: str
    cause: str
    said: str
    diagnoses: tuple[Diagnosis, ...]
    entry: Entry | None
    deaths: tuple[Line, ...] = ()
    checked: str = ""

    @property
    def advice(self) -> Advice | None:
        """What the catalogue says of it, by its kind where it has kinds."""
        return advice_of(self.entry, self.kind) if self.entry else None

    @property
    def means(self) -> tuple[str, ...]:
        """What its cause and its phase mean."""
        return tuple(each.meaning for each in self.diagnoses)

    @property
    def mends(self) -> tuple[str, ...]:
        """What the operator does: about its cause and its phase, else about the error."""
        general = self.advice.operator if self.advice else None
        return tuple(each.operator for each in self.diagnoses) or ((general,) if general else ())

    @property
    def fault(self) -> Fault:
        """Whose fault it was."""
        if self.ending in {Ending.COMPLETED, Ending.RUNNING}:
            return Fault.NOBODY
        if self.entry is None:
            return Fault.UNKNOWN
        return Fault.SERVICE if self.entry.ours else Fault.CALLER

    @property
    def facts(self) -> str:
        """The reason with its facts: `TIMEOUT phase=idle cause=slow_model`."""
        named = (("kind", self.kind), ("phase", self.phase), ("cause", self.cause))
        told = (f"{name}={value}" for name, value in named if value)
        return " ".join(filter(None, (self.reason, *told, self.checked)))

    @property
    def detail(self) -> str:
        """What tells errors of one reason apart, for whoever chooses a runbook."""
        return self.kind or self.phase


def verdict_of(calls: Calls, around: Collection[Line], now: datetime) -> Verdict:
    """Return the verdict; `around` are others' lines of its time, `now` is when it is asked for."""
    call = decisive(calls.all)
    if call.end is None and not call.reason:
        return _without_end(call, calls.beside, around, now)
    line = call.last(*REASONED, *JOB_REASONED)
    reason = call.reason
    kind, phase, cause = (Call.text(name, line) for name in ("kind", "phase", "cause"))
    said = Call.text("error", line) or Call.text("problem", line)
    ending = Ending(call.outcome) if reason else Ending.COMPLETED
    return Verdict(
        call,
        ending,
        reason,
        kind,
        phase,
        cause,
        said,
        diagnoses(phase, cause),
        entries().get(reason),
        checked=_checked(line),
    )


def _checked(line: Line | None) -> str:
    told = ((name, Call.text(name, line)) for name in _CHECKED)
    return " ".join(f"{name}={value}" for name, value in told if value)


def decisive(calls: Sequence[Call]) -> Call:
    """Return the call that is told of: the last that failed, was refused, or completed."""
    ranked = sorted(calls, key=lambda call: (_weight(call), call.began))
    return ranked[-1]


def decisive_of(case: Case) -> Call | None:
    """Return the call that a case is told of; None where only others tell of its story."""
    calls = Calls.of(case).all
    return decisive(calls) if calls else None


def _weight(call: Call) -> int:
    if call.outcome in {"", Ending.FAILED}:
        return 3
    if not call.reason:
        return 1
    return 0 if call.reason in WAITING else 2


def _without_end(
    call: Call, beside: Collection[Line], around: Collection[Line], now: datetime
) -> Verdict:
    swept = next((line for line in beside if line.event == SWEPT), None)
    if swept is None and now - call.began <= LONGEST:
        return Verdict(call, Ending.RUNNING, "", "", "", "", "", (), None)
    deaths = tuple(line for line in around if _tells_of_death(line, call, now))
    entry = entries()[INTERRUPTED]
    return Verdict(call, Ending.KILLED, INTERRUPTED, "", "", "", "", (), entry, deaths)


def _tells_of_death(line: Line, call: Call, now: datetime) -> bool:
    """Tell what the platform or gunicorn says of an instance that ends, in that call's time."""
    until = min(now, call.last_seen + LONGEST)
    services = {one.service for one in call.lines} | {""}  # empty of a text in a file
    return (
        line.service in services
        and call.began <= line.time <= until
        and any(text in line.message for text in _KILLED)
    )
