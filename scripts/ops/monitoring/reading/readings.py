"""How a service does: what a Prometheus answers, held against the thresholds of the alerts."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scripts.ops.monitoring.alert import Alert, Severity
from scripts.ops.monitoring.reading.answers import Answer, Answers
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.signal import Signal

PROJECT, NAMESPACE = "project_id", "namespace"
LEVELS = tuple(Severity)  # the worst first
_Key = frozenset[tuple[str, str]]


class State(StrEnum):
    """What a value means."""

    BROKEN = "broken"
    OK = "ok"
    NO_THRESHOLD = "no threshold"
    TOO_FEW = "too few samples"
    NO_DATA = "no data"
    NOT_ANSWERED = "not answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One signal's value, of one function, job or model where it has those.

    `alerts` are all on the signal, the worst first. `samples` are None where any number does.
    `problem` says why the question was not answered.
    """

    signal: Signal
    alerts: Sequence[Alert]
    labels: Mapping[str, str]
    state: State
    value: float | None = None
    samples: int | None = None
    problem: str = ""

    @property
    def broken(self) -> Sequence[Alert]:
        """The alerts whose threshold the value is past, the worst first."""
        if self.state is not State.BROKEN or self.value is None:
            return ()
        return [alert for alert in self.alerts if alert.holds(self.value)]


def queries_of(signals: Collection[Signal]) -> Sequence[str]:
    """Return what is to be asked, each once."""
    asked = (text for signal in signals for text in (signal.query, signal.samples) if text)
    return list(dict.fromkeys(asked))


def read_rows(
    signals: Collection[Signal], alerts: Collection[Alert], answers: Answers
) -> Sequence[Row]:
    """Return a row a series, and one for a signal that has none, in the order of `signals`."""
    return [row for signal in signals for row in _rows(signal, _on(signal, alerts), answers)]


def of_function(rows: Collection[Row], name: str) -> Sequence[Row]:
    """Return the rows of a function, and of the service that it runs in: with `-` for `_`."""
    return [row for row in rows if _is_of(row, name)]


def _is_of(row: Row, name: str) -> bool:
    """Tell by the row's labels; where it has none, by what is asked and counted."""
    if "function" in row.labels or "job" in row.labels:
        service = name.replace("_", "-")
        return row.labels.get("function") == name or row.labels.get("job") == service
    only = {metric.only for metric in row.signal.metrics}
    return name in only or f'function="{name}"' in row.signal.query


def _on(signal: Signal, alerts: Collection[Alert]) -> Sequence[Alert]:
    found = [alert for alert in alerts if alert.signal.key == signal.key]
    return sorted(found, key=lambda alert: LEVELS.index(alert.severity))


def _rows(signal: Signal, alerts: Sequence[Alert], answers: Answers) -> Sequence[Row]:
    values, samples = answers[signal.query], answers.get(signal.samples, Answer(()))
    if isinstance(values, QueryError):
        return [_row(signal, alerts, State.NOT_ANSWERED, problem=str(values))]
    if isinstance(samples, QueryError):
        return [_row(signal, alerts, State.NOT_ANSWERED, problem=str(samples))]
    return _read(signal, alerts, _by_labels(values), _by_labels(samples))


def _read(
    signal: Signal,
    alerts: Sequence[Alert],
    values: Mapping[_Key, float],
    counts: Mapping[_Key, float],
) -> Sequence[Row]:
    keys = sorted({*values, *counts}, key=sorted)
    rows = []
    for key in keys:
        value = values.get(key, math.nan)
        samples = math.floor(counts.get(key, 0)) if signal.samples else None
        rows.append(
            Row(
                signal=signal,
                alerts=alerts,
                labels=dict(sorted(key)),
                state=_state(signal, alerts, value, samples),
                value=None if math.isnan(value) else value,
                samples=samples,
            )
        )
    return rows or [_row(signal, alerts, State.NO_DATA)]


def _state(signal: Signal, alerts: Sequence[Alert], value: float, samples: int | None) -> State:
    if samples is not None and samples < signal.least:
        return State.TOO_FEW
    if math.isnan(value):
        return State.NO_DATA
    if not alerts:
        return State.NO_THRESHOLD
    return State.BROKEN if any(alert.holds(value) for alert in alerts) else State.OK


def _row(signal: Signal, alerts: Sequence[Alert], state: State, problem: str = "") -> Row:
    return Row(signal=signal, alerts=alerts, labels={}, state=state, problem=problem)


def _by_labels(answer: Answer) -> Mapping[_Key, float]:
    return {frozenset(sample.labels.items()): sample.value for sample in answer.samples}
