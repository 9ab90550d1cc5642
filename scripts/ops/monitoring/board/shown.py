"""How a tile shows a metric that is no signal: PromQL, and the unit of its values."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from conteur.telemetry.registry import Counter, Distribution, Gauge, Metric
from scripts.ops.monitoring.promql import a_minute, events, highest, mean, quantile, selector
from scripts.ops.monitoring.signal import Unit

MICROS = "_micros"
"""How the paths of metrics end that count millionths of a dollar."""
_DAY = "1d"


class As(StrEnum):
    """What of a metric is shown."""

    A_MINUTE = "a_minute"  # events, as of the last five minutes
    A_DAY = "a_day"  # events of 24 hours
    MEAN = "mean"
    P95 = "p95"
    NEWEST = "newest"  # of a gauge: the highest of all instances


_EVENTS = (Counter, Distribution)
_SUITS: Mapping[As, tuple[type[Metric], ...]] = MappingProxyType(
    {
        As.A_MINUTE: _EVENTS,
        As.A_DAY: _EVENTS,
        As.MEAN: (Distribution,),
        As.P95: (Distribution,),
        As.NEWEST: (Gauge,),
    }
)


def query_of(metric: Metric, how: As, by: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return the PromQL of a metric's series with `labels`, told apart `by` labels.

    Raises ValueError for a label that the metric has not, and for what it cannot be shown as.
    """
    if unknown := set(by) - set(metric.labels):
        raise ValueError(f"{metric.path} has no label {', '.join(sorted(unknown))}")
    if type(metric) not in _SUITS[how]:
        raise ValueError(f"a {type(metric).__name__.lower()} like {metric.path} has no {how}")
    query = _asked(metric, how)(*by, **labels)
    return f"({query}) / 1e6" if metric.path.endswith(MICROS) else query


def unit_of(metric: Metric, how: As) -> Unit:
    """Return the unit of what `query_of` answers."""
    if metric.path.endswith(MICROS):
        return Unit.DOLLARS
    return Unit.SECONDS if how in {As.MEAN, As.P95} and metric.unit == "s" else Unit.COUNT


def _asked(metric: Metric, how: As) -> Callable[..., str]:
    match metric, how:
        case Distribution(), As.MEAN:
            return lambda *by, **labels: mean(metric, *by, **labels)
        case Distribution(), As.P95:
            return lambda *by, **labels: quantile(0.95, metric, *by, **labels)
        case _, As.NEWEST:
            return lambda *by, **labels: highest(selector(metric, **labels), *by)
        case _, As.A_DAY:
            return lambda *by, **labels: events(metric, *by, over=_DAY, **labels)
        case _:
            return lambda *by, **labels: a_minute(metric, *by, **labels)
