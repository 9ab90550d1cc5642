"""The metrics: our calls were counted, and no alarming threshold is passed."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from conteur.settings import Environment
from conteur.telemetry.operation_metrics import ANNOUNCEMENTS
from conteur.telemetry.registry import EXECUTIONS
from scripts.ops.monitoring.alert import Alert, Severity, read_alerts
from scripts.ops.monitoring.promql import selector
from scripts.ops.monitoring.reading.answers import Answer
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.readings import Row, State, queries_of, read_rows
from scripts.ops.monitoring.signal import Unit
from scripts.ops.validation.desk import STORY, Desk
from scripts.ops.validation.endpoints import STORE
from scripts.ops.validation.errors import CheckError, FoundError, LeftOutError
from scripts.ops.validation.store_checks import publish_at_once

COUNTED = (STORY, STORE)
REMEMBERED = 300  # seconds that an instance's last point counts
NUDGED = 7.0
"""An instance sends what it has counted beside a call, six seconds after it last did."""
GRAVE = {Severity.P1, Severity.P2}


def remember(desk: Desk) -> None:
    """Note how many calls are counted before ours. Raises FoundError."""
    desk.seen.began = desk.now()
    desk.seen.before = _counts(desk, REMEMBERED)


def counted(desk: Desk) -> str:
    """Wait until at least our calls are counted; calls go on, which instances need to send."""
    before = desk.seen.before
    ours = {name: number for name in COUNTED if (number := desk.seen.calls[name])}
    if before is None or not ours:
        raise LeftOutError("there were no completed calls to look for")

    nudge = _Nudge(desk, ours)

    def look() -> Mapping[str, float] | None:
        window = int(desk.now() - desk.seen.began) + REMEMBERED
        grown = risen(before, _counts(desk, window))
        if all(grown.get(name, 0) >= wanted for name, wanted in ours.items()):
            return grown
        nudge()
        return None

    found = desk.waiting.until("the metrics", look, desk.limits.metrics)
    if found is None:
        wanted = ", ".join(f"{number} of {name}" for name, number in ours.items())
        raise FoundError(
            f"not all calls are counted in {desk.limits.metrics:.0f} s: {wanted}",
            "docs/procedures/no-traffic.md: `scripts/logs --event metrics.sink_down`",
        )
    said = [f"{name} +{found[name]:.0f} ({number} ours)" for name, number in ours.items()]
    return ", ".join(
        [*said, *(f"{name} left out, no call was ours" for name in COUNTED if name not in ours)]
    )


class _Nudge:
    """Makes calls now and then, as many at once as were made before: each instance gets one."""

    def __init__(self, desk: Desk, names: Collection[str]) -> None:
        """Take the functions to call."""
        self._desk = desk
        self._names = names
        self._last = float("-inf")

    def __call__(self) -> None:
        now = self._desk.waiting.clock()
        if now - self._last < NUDGED:
            return
        self._last = now
        if STORY in self._names:
            with suppress(CheckError):
                self._desk.replay()
        if STORE in self._names:
            with suppress(CheckError):
                publish_at_once(self._desk)


def risen(before: Mapping[str, float], after: Mapping[str, float]) -> Mapping[str, float]:
    """Return by how much each has grown."""
    return {name: value - before.get(name, 0) for name, value in after.items()}


def signals(desk: Desk) -> str:
    """Hold all signals to the thresholds of P1 and P2."""
    alerts = chosen(read_alerts(desk.site.root), desk.site.name)
    named = list({each.signal.key: each.signal for each in alerts}.values())
    try:
        answers = desk.prometheus.ask(queries_of(named), desk.now())
    except QueryError as error:
        raise FoundError(str(error)) from error
    return judged(read_rows(named, alerts, answers), alerts)


def chosen(alerts: Collection[Alert], environment: str) -> Sequence[Alert]:
    """Return those that tell whether the service does badly.

    Announcements do not. Nor do durations locally: the functions emulator starts a process for
    each of several calls at once, and they wait for each other.
    """
    is_local = environment == Environment.LOCAL
    return [
        each
        for each in alerts
        if each.severity in GRAVE
        and each.without != environment
        and ANNOUNCEMENTS not in each.signal.metrics
        and not (is_local and each.signal.unit is Unit.SECONDS)
    ]


def judged(rows: Collection[Row], alerts: Collection[Alert]) -> str:
    """Return that none is past its threshold. Raises FoundError."""
    if unknown := [row.problem for row in rows if row.state is State.NOT_ANSWERED]:
        raise FoundError(unknown[0])
    if broken := [row for row in rows if row.broken]:
        names = ", ".join(f"{row.signal.key} ({row.broken[0].condition})" for row in broken)
        page = f"docs/procedures/{broken[0].broken[0].runbook}.md"
        raise FoundError(f"past a threshold: {names}", f"{page}; scripts/metrics shows all")
    known = sum(row.state is State.OK for row in rows)
    return f"none of {len(alerts)} alerts of P1 and P2 ({known} signals have values)"


def _counts(desk: Desk, window: int) -> Mapping[str, float]:
    queries = {name: _query(desk, name, window) for name in COUNTED}
    try:
        answers = desk.prometheus.ask(list(queries.values()), desk.now())
    except QueryError as error:
        raise FoundError(str(error)) from error
    found = {name: answers[query] for name, query in queries.items()}
    return {
        name: sum(sample.value for sample in answer.samples)
        for name, answer in found.items()
        if isinstance(answer, Answer)
    }


def _query(desk: Desk, function: str, window: int) -> str:
    """Return the PromQL of what instances have ever counted, the last known of each.

    Counters only grow: the highest of a window is the last one, also of an instance that is gone.
    """
    its = desk.endpoints.get(function)
    mine = [f'namespace="{desk.site.name}"', f'project_id="{desk.site.project}"']
    mine += [f'revision="{its.revision}"'] if its and its.revision else []
    series = selector(EXECUTIONS, function=function, outcome="completed").removesuffix("}")
    return f"sum(max_over_time({series}, {', '.join(mine)}}}[{window}s]))"
