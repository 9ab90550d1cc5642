"""How many calls each revision of a function answered, and how many failed by our doing.

What is counted carries the revision's own name in the label `revision`
(functions/conteur/adapters/cloud_monitoring.py). Calls that were refused count as none: they are
the caller's doing. Of schedules and tasks it is their runs, of which those failed that a bug
ended or that have to be repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conteur.telemetry.registry import EXECUTIONS, JOB_RUNS, JOBS, Function
from scripts.ops.monitoring.promql import events
from scripts.ops.monitoring.reading.answers import Answer
from scripts.ops.monitoring.reading.prometheus_api import GOOGLE, connected
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.source import Source

LEAST = 20
"""Calls below which a share is chance."""
_PROJECT, _REVISION = "project_id", "revision"


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls that a revision answered in some time, and how many of them failed."""

    calls: float
    failed: float

    @property
    def share(self) -> float:
        """The part that failed, 0 to 1."""
        return self.failed / self.calls if self.calls else 0.0

    @property
    def tells(self) -> bool:
        """Whether there are enough calls to judge by."""
        return self.calls >= LEAST

    @property
    def text(self) -> str:
        """It for people: `3.20 % of 125 calls failed`."""
        if not self.tells:
            return f"{self.calls:.0f} calls, too few to judge"
        return f"{100 * self.share:.2f} % of {self.calls:.0f} calls failed"


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates by revision; `problem` says why there are none, if they could not be read."""

    by_revision: Mapping[str, Rate] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """The PromQL of all calls and of the failed ones, each by revision."""

    calls: str
    failed: str


def questions(function: str, over: str) -> Questions | None:
    """Return what is to be asked of a window such as `10m`; None of a function that counts none."""
    if function in {*Function}:
        return Questions(
            events(EXECUTIONS, _REVISION, over=over, function=function, outcome="!refused"),
            events(EXECUTIONS, _REVISION, over=over, function=function, outcome="failed"),
        )
    if function in JOBS:
        return Questions(
            events(JOB_RUNS, _REVISION, over=over, function=function),
            events(JOB_RUNS, _REVISION, over=over, function=function, result="~again|bug"),
        )
    return None


def rates_of(calls: Answer, failed: Answer, project: str) -> Mapping[str, Rate]:
    """Return the rates by revision; series of other projects are left out."""
    all_calls, all_failed = _by_revision(calls, project), _by_revision(failed, project)
    return {name: Rate(count, all_failed.get(name, 0.0)) for name, count in all_calls.items()}


def ask(
    source: Source, project: str, function: str, over: str, at: float, *, google: str = GOOGLE
) -> Rates:
    """Return the rates of the window that ends `at`, in Unix seconds; `google` is for tests."""
    asked = questions(function, over)
    if asked is None:
        return Rates(problem=f"{function} counts no calls")
    try:
        with connected(source, google) as prometheus:
            answers = prometheus.ask((asked.calls, asked.failed), at)
    except QueryError as error:
        return Rates(problem=str(error))
    calls, failed = answers[asked.calls], answers[asked.failed]
    if isinstance(calls, QueryError):
        return Rates(problem=str(calls))
    if isinstance(failed, QueryError):
        return Rates(problem=str(failed))
    return Rates(rates_of(calls, failed, project))


def _by_revision(answer: Answer, project: str) -> Mapping[str, float]:
    counted: dict[str, float] = {}
    for each in answer.samples:
        name = each.labels.get(_REVISION, "")
        if name and each.labels.get(_PROJECT, project) == project:
            counted[name] = counted.get(name, 0.0) + each.value
    return counted
