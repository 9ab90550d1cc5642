"""The figures of the minutes in which a request was served, against the alerts' thresholds."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from conteur.telemetry.registry import Function
from scripts.ops.diagnosis.around.span import Note, Span, clock
from scripts.ops.diagnosis.around.where import Where
from scripts.ops.diagnosis.case import Case
from scripts.ops.monitoring import store_signals
from scripts.ops.monitoring.alert import Alert, Severity, read_alerts
from scripts.ops.monitoring.reading.answers import Answer, Answers
from scripts.ops.monitoring.reading.prometheus_api import GOOGLE, connected
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.readings import Row, State, of_function, queries_of, read_rows
from scripts.ops.monitoring.reading.readings_report import problems_text, shown
from scripts.ops.monitoring.reading.source import Source
from scripts.ops.monitoring.service_signals import (
    SATISFACTION,
    SWEEPS,
    TRAFFIC,
    TRAFFIC_AFTER_DEPLOY,
    UNAUTHORIZED,
)
from scripts.ops.monitoring.signal import Signal
from scripts.ops.monitoring.signals import SIGNALS
from scripts.ops.monitoring.story_signals import LENGTH
from scripts.ops.place import PlaceError

SETTLED = timedelta(seconds=90)
"""After the end: instances send what is 60 s old, or 6 s after the last call, and then it is
some seconds until Cloud Monitoring answers with it."""
_BESIDE_THE_POINT = {each.key for each in (SATISFACTION, TRAFFIC_AFTER_DEPLOY, LENGTH)}
_COUNTED = {each.key for each in (SWEEPS, TRAFFIC, UNAUTHORIZED)}
"""Whole numbers, of which Prometheus makes fractions where a window's ends are between points."""
_NAMED = re.compile(r'function(!?=)"(\w+)"')
_TOLD = (State.BROKEN, State.OK, State.NO_THRESHOLD)  # in a report's order
_LEVELS = list(Severity)


@dataclass(frozen=True, slots=True)
class Figure:
    """One signal's value, in the signal's unit; shares are from 0 to 1.

    `of` is the function or model that it is of, `limits` the alerts' conditions. `severity`,
    `alert` and `runbook` are those of the worst threshold that it is past; empty, of none.
    """

    signal: str
    of: str
    value: float
    shown: str
    limits: tuple[str, ...]
    severity: str = ""
    alert: str = ""
    runbook: str = ""

    def __str__(self) -> str:
        """Return it as a line for people."""
        where = f"{self.signal} of {self.of}" if self.of else self.signal
        limits = f" ({', '.join(self.limits)})" if self.limits else ""
        if not self.alert:
            return f"{where} {self.shown}{limits}"
        return f"{self.severity} BROKEN: {where} {self.shown}{limits}: {self.alert}, {self.runbook}"


@dataclass(frozen=True, slots=True)
class Figures:
    """The signals of a request's function and of the service, as of `at`: the worst first.

    Each looks back some minutes. `problem` says why some or all are missing; empty, none is.
    """

    at: datetime
    rows: Sequence[Figure | Note] = ()
    problem: str = ""


def look(case: Case, where: Where, now: datetime, google: str = GOOGLE) -> Figures:
    """Return the figures when the request had ended and its instance had sent its own.

    `google` is where Cloud Monitoring is. Raises AlertsError for alerts that cannot be read.
    """
    settled = Span.of(case).ended + SETTLED
    at = min(settled, now)
    alerts, signals = read_alerts(where.root), signals_of(case.function)
    try:
        source = where.prometheus()
        answers = _answers(source, signals, at, google)
    except (PlaceError, QueryError) as error:
        return Figures(at, problem=str(error))
    suited = [alert for alert in alerts if alert.without != source.environment]
    found = _own(read_rows(signals, suited, answers), case.function)
    rows: list[Figure | Note] = [*map(_figure, _ranked(found)), *_untold(found)]
    if at < settled:
        rows.append(Note(f"as of {clock(at)}: what the request did may not be in them yet"))
    return Figures(at, rows, problems_text(found, _warnings(answers)))


def signals_of(function: str) -> Sequence[Signal]:
    """Return what may say something of a call of a function; its name is as in main.py."""
    return [
        signal
        for signal in SIGNALS.values()
        if signal.key not in _BESIDE_THE_POINT and _says_of(signal, function)
    ]


def _says_of(signal: Signal, function: str) -> bool:
    if signal.of == store_signals.OF and function != Function.STORE_API:
        return False
    only = {metric.only for metric in signal.metrics} - {""}
    if only and function not in only:
        return False
    named = set(_NAMED.findall(signal.query))
    wanted = {name for sign, name in named if sign == "="}
    return ("!=", function) not in named and (not wanted or function in wanted)


def _answers(source: Source, signals: Collection[Signal], at: datetime, google: str) -> Answers:
    with connected(source, google) as prometheus:
        return prometheus.ask(queries_of(signals), at.timestamp())


def _own(rows: Sequence[Row], function: str) -> Sequence[Row]:
    """Return the rows of the function and of all, and one for a signal that has none of those."""
    found: list[Row] = []
    for signal, its in groupby(rows, lambda row: row.signal):
        every = list(its)
        own = of_function(every, function) or [row for row in every if _is_of_all(row)]
        found += own or [Row(signal=signal, alerts=every[0].alerts, labels={}, state=State.NO_DATA)]
    return found


def _is_of_all(row: Row) -> bool:
    return not row.labels.keys() & {"function", "job"}


def _ranked(rows: Collection[Row]) -> Sequence[Row]:
    """Return the rows that have a value: what is past a threshold first, the worst before."""
    told = [row for row in rows if row.state in _TOLD]
    return sorted(told, key=lambda row: (_TOLD.index(row.state), _level(row.broken)))


def _level(alerts: Sequence[Alert]) -> int:
    return _LEVELS.index(alerts[0].severity) if alerts else len(_LEVELS)


def _figure(row: Row) -> Figure:
    value = row.value or 0.0
    of = (row.labels.get(name, "") for name in ("function", "job", "model"))
    limits, is_counted = tuple(map(_limit, row.alerts)), row.signal.key in _COUNTED
    text = shown(round(value) if is_counted else value, row.signal.unit)
    made = (row.signal.key, " ".join(filter(None, of)), value, text, limits)
    if not row.broken:
        return Figure(*made)
    worst = row.broken[0]
    return Figure(*made, worst.severity.name, worst.name, f"docs/procedures/{worst.runbook}.md")


def _limit(alert: Alert) -> str:
    return f"{alert.severity.name} {alert.condition.partition(' ')[2]}"


def _untold(rows: Collection[Row]) -> Iterator[Note]:
    """Yield, by why they tell nothing, the signals that have no value."""
    for state in State:
        keys = dict.fromkeys(row.signal.key for row in rows if row.state is state)
        if keys and state not in _TOLD:
            yield Note(f"{state}: {', '.join(keys)}")


def _warnings(answers: Answers) -> Sequence[str]:
    found = (each.warnings for each in answers.values() if isinstance(each, Answer))
    return [text for warnings in found for text in warnings]
