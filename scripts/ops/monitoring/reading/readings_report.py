"""Readings for people and for programs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from math import isfinite

from scripts.ops.monitoring.alert import Alert, Severity
from scripts.ops.monitoring.reading.readings import NAMESPACE, PROJECT, Row, State
from scripts.ops.monitoring.signal import Signal, Unit

_TOO_FEW = "too few: samples in the signal's time; below that a value tells nothing"
_ONE_MOMENT = (
    "This is one moment: an alert fires only where a value stays past its threshold for the\n"
    "alert's duration (docs/alerts.md). What a signal is: scripts/metrics --explain NAME"
)
_HEAD = ("", "of", "value", *(level.name for level in Severity), "")
_MOST_LABEL = 23
_LARGE = 100  # from here on, no one asks for decimals
_MINUTE = 60
_SCOPE = {PROJECT, NAMESPACE, "monitored_resource"}  # alike in all rows of one environment
_Cells = tuple[str, ...]


def table(rows: Sequence[Row]) -> str:
    """Return a line a row, below the names of what they are of.

    Lines of one signal that differ in nothing but what they are of are shown as one.
    """
    several = len({row.labels.get(NAMESPACE, "") for row in rows} - {""}) > 1
    lines: list[_Cells] = []
    for of, its in groupby(rows, lambda row: row.signal.of):
        lines += [(of, *_HEAD[1:]), *_lines(list(its), with_namespace=several), ("",) * len(_HEAD)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(cells, widths).rstrip() for cells in lines).rstrip()


def notes_text(rows: Collection[Row]) -> str:
    """Return how the table is to be read."""
    some_too_few = any(row.state is State.TOO_FEW for row in rows)
    return f"{_TOO_FEW}\n{_ONE_MOMENT}" if some_too_few else _ONE_MOMENT


def broken_text(rows: Collection[Row]) -> str:
    """Return what is past which threshold and where to read on, the worst first."""
    told = [(row, row.broken[0]) for row in rows if row.broken]
    told.sort(key=lambda each: each[1].severity.name)
    return "\n".join(line for row, alert in told for line in _broken_lines(row, alert))


def problems_text(rows: Collection[Row], warnings: Collection[str]) -> str:
    """Return why some of the table is missing; empty where nothing is."""
    problems = dict.fromkeys(row.problem for row in rows if row.problem)
    told = [
        f"Some may be missing, for Prometheus warns: {each}" for each in dict.fromkeys(warnings)
    ]
    return "\n".join([*problems, *told])


def document(rows: Collection[Row]) -> list[Mapping[str, object]]:
    """Return the rows for programs; shares are from 0 to 1, what is not finite is None."""
    return [
        {
            "signal": row.signal.key,
            "title": row.signal.title,
            "labels": {name: value for name, value in row.labels.items() if name != PROJECT},
            "unit": row.signal.unit.name.lower(),
            "value": row.value if isfinite(row.value or 0.0) else None,
            "samples": row.samples,
            "least": row.signal.least,
            "state": str(row.state),
            "severity": row.broken[0].severity.name if row.broken else None,
            "thresholds": [_threshold(alert, row) for alert in row.alerts],
            "problem": row.problem,
        }
        for row in rows
    ]


def explained(signal: Signal, alerts: Collection[Alert]) -> str:
    """Return what a signal is, what alerts are on it, and the PromQL that computes it."""
    lines = [f"{signal.key}: {signal.title}", signal.what]
    if signal.least:
        lines.append(f"It tells nothing below {signal.least} samples.")
    for alert in alerts:
        if alert.signal.key == signal.key:
            duration = f"for {alert.minutes} min: {alert.name}, {alert.action}"
            lines.append(f"{alert.severity.name}  {_limit(alert)} {duration}, {_runbook(alert)}")
    return "\n".join([*lines, "PromQL:", f"  {signal.query}"])


def shown(value: float, unit: Unit) -> str:
    """Return a value as people read it, with its unit."""
    match unit:
        case Unit.SHARE:
            return f"{100 * value:.2f} %"
        case Unit.SECONDS:
            return f"{value:.2f} s"
        case Unit.DOLLARS:
            return f"{value:.2f} $"
        case Unit.COUNT:
            return f"{value:,.0f}" if value >= _LARGE else f"{value:.2f}".removesuffix(".00")


def moment(at: float) -> datetime:
    """Return Unix seconds as a date and time."""
    return datetime.fromtimestamp(at, UTC)


def _lines(rows: Sequence[Row], *, with_namespace: bool) -> Iterator[_Cells]:
    """Yield the cells of each line, without the repeated names of signals."""
    last = ""
    for name, its in groupby(rows, lambda row: row.signal.name):
        same: dict[_Cells, list[str]] = {}
        for row in its:
            same.setdefault(_figures(row), []).append(_label(row, with_namespace=with_namespace))
        for figures, labels in same.items():
            yield ("" if name == last else f"  {name}", _joined(labels), *figures)
            last = name


def _figures(row: Row) -> _Cells:
    tells = row.value is not None and row.state is not State.TOO_FEW
    value = shown(row.value, row.signal.unit) if tells and row.value is not None else "-"
    limits = (
        " ".join(_limit(alert) for alert in row.alerts if alert.severity is level)
        for level in Severity
    )
    return (value, *limits, _word(row))


def _word(row: Row) -> str:
    match row.state:
        case State.BROKEN:
            return f"{row.broken[0].severity.name} BROKEN"
        case State.TOO_FEW:
            return f"too few ({row.samples} of {row.signal.least})"
        case State.NO_THRESHOLD:
            return ""
        case _:
            return str(row.state)


def _broken_lines(row: Row, alert: Alert) -> Iterator[str]:
    label = _label(row, with_namespace=False)
    where = f"{row.signal.key} of {label}" if label else row.signal.key
    yield f"{alert.severity.name}  {where} is {shown(row.value or 0.0, row.signal.unit)}"
    duration = f"fires if {_limit(alert)} for {alert.minutes} min"
    yield f"    {alert.name} {duration}: {_runbook(alert)}"


def _threshold(alert: Alert, row: Row) -> Mapping[str, object]:
    return {
        "alert": alert.name,
        "severity": alert.severity.name,
        "condition": alert.condition,
        "duration_seconds": _MINUTE * alert.minutes,
        "broken": alert in row.broken,
        "runbook": _runbook(alert),
    }


def _limit(alert: Alert) -> str:
    """Return the sign and the threshold as alerts.yaml has them."""
    return alert.condition.partition(" ")[2]


def _runbook(alert: Alert) -> str:
    return f"docs/procedures/{alert.runbook}.md"


def _label(row: Row, *, with_namespace: bool) -> str:
    hidden = _SCOPE - {NAMESPACE} if with_namespace else _SCOPE
    return " ".join(value for name, value in row.labels.items() if name not in hidden)


def _joined(labels: Sequence[str]) -> str:
    more = f" + {len(labels) - 1}" if labels[1:] else ""
    room = _MOST_LABEL - len(more)
    return (labels[0] if len(labels[0]) <= room else f"{labels[0][: room - 1]}…") + more


def _line(cells: _Cells, widths: Sequence[int]) -> str:
    name, label, value, *limits, word = (
        cell.ljust(width) for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join([name, label, value.strip().rjust(len(value)), *limits, word])
