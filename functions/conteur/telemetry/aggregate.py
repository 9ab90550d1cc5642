"""What this instance has counted since it started: exact, bounded, and only in memory.

The values are cumulative, so a flush that fails loses nothing: the next one carries it all.
"""

import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from threading import Lock
from typing import Any, Protocol

from conteur.telemetry.registry import METRICS, Counter, Distribution, Gauge, Metric

MAX_UNKNOWN_SERIES = 50  # of one metric, beyond those that the registry knows beforehand
MAX_NOTED = 4_000  # events that wait: of 100 bytes each, and added up in a millisecond or two
OTHER = "other"

Labels = tuple[str, ...]
"""Label values, in the order of the metric's label names."""

_Key = str | Labels
"""Likewise, but a single label's value stands alone: so itemgetter picks it, in C."""


@dataclass(frozen=True, slots=True)
class DistributionValue:
    """A distribution's state; `squared_deviation` is the sum over all values, from the mean."""

    count: int
    mean: float
    squared_deviation: float
    buckets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One series as it stood when the snapshot was taken."""

    metric: Metric
    labels: Labels
    value: int | DistributionValue


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All series at one moment.

    `started` (seconds since the epoch) is when they were zero; `changes` tells whether anything
    was counted since.
    """

    series: tuple[Series, ...]
    started: float
    changes: int


class _Running(Protocol):
    """The state of a series that events are added to."""

    def add(self, value: Any) -> None: ...  # noqa: ANN401 - a distribution's are no integers

    def value(self) -> int | DistributionValue: ...


class _Total:
    __slots__ = ("total",)

    def __init__(self) -> None:
        self.total = 0

    def add(self, value: int) -> None:
        self.total += value

    def value(self) -> int:
        return self.total


class _Level(_Total):
    __slots__ = ()

    def add(self, value: int) -> None:
        self.total = value


class _Histogram:
    """Mean and deviation are kept up by Welford's method, as google.api.Distribution suggests."""

    __slots__ = ("bounds", "buckets", "count", "mean", "squared_deviation")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.buckets = [0] * (len(bounds) + 1)
        self.count = 0
        self.mean = 0.0
        self.squared_deviation = 0.0

    def add(self, value: float) -> None:
        self.buckets[bisect_right(self.bounds, value)] += 1
        self.count += 1
        deviation = value - self.mean
        self.mean += deviation / self.count
        self.squared_deviation += deviation * (value - self.mean)

    def value(self) -> DistributionValue:
        return DistributionValue(self.count, self.mean, self.squared_deviation, tuple(self.buckets))


class _Family(dict[_Key, _Running]):
    """The series of one metric; what `pick` takes from an event's labels is the key to one."""

    __slots__ = ("_lock", "_metric", "_room", "pick", "size")

    def __init__(self, metric: Metric, known: Sequence[Labels], room: int, lock: Lock) -> None:
        self.size = len(metric.labels)
        self.pick = _picker(metric)
        self._metric = metric
        self._room = len(known) + room
        self._lock = lock
        for labels in known:
            self[self.pick(dict(zip(metric.labels, labels, strict=True)))] = _running(metric)

    def __missing__(self, key: _Key) -> _Running:
        """Return the series of a key that was not kept: a new one while there is room."""
        with self._lock:
            if key not in self and len(self) >= self._room:
                key = self.pick(dict.fromkeys(self._metric.labels, OTHER))
            return self.setdefault(key, _running(self._metric))

    def series(self) -> Iterator[Series]:
        """Return all series as they stand; the lock is held."""
        for key, one in self.items():
            yield Series(self._metric, (key,) if isinstance(key, str) else key, one.value())


class Aggregate:
    """Counts from any thread, at some 0.4 microseconds an event.

    An event is only noted, by one append that needs no lock, and added to its series by who takes
    the next snapshot: the thread that flushes. Where `max_noted` events wait before there is one,
    the thread that noted the last of them adds them up.

    A metric that meets more label values than it may have series puts the rest into one whose
    labels are all `other`. Nothing may be counted before a fork: the child would count it again.
    With a `function`, no series of another function begins at zero.
    """

    def __init__(
        self,
        metrics: Iterable[Metric] = METRICS,
        max_unknown: int = MAX_UNKNOWN_SERIES,
        max_noted: int = MAX_NOTED,
        now: Callable[[], float] = time.time,
        function: str = "",
    ) -> None:
        self._lock = Lock()
        self._families = {
            metric: _Family(metric, metric.known_in(function), max_unknown, self._lock)
            for metric in metrics
        }
        self._max_noted = max_noted
        self._noted: deque[tuple[_Running, float]] = deque()
        self._added = 0
        self._started = now()

    @property
    def changes(self) -> int:
        """Return how many events there have been."""
        with self._lock:
            return self._added + len(self._noted)

    def count(self, metric: Counter, by: int = 1, **labels: str) -> None:
        """Count `by` events. Raises KeyError or TypeError for labels the metric has not."""
        self._note(metric, labels, by)

    def set(self, metric: Gauge, value: int, **labels: str) -> None:
        """Note a state. Raises KeyError or TypeError for labels the metric has not."""
        self._note(metric, labels, value)

    def observe(self, metric: Distribution, value: float, **labels: str) -> None:
        """Count one value. Raises KeyError or TypeError for labels the metric has not."""
        self._note(metric, labels, value)

    def snapshot(self) -> Snapshot:
        """Return a copy of all series that belong to the same moment."""
        with self._lock:
            self._add_up()
            series = tuple(one for family in self._families.values() for one in family.series())
            return Snapshot(series, self._started, self._added)

    def _note(self, metric: Metric, labels: Mapping[str, str], value: float) -> None:
        family = self._families[metric]
        if len(labels) != family.size:
            raise TypeError(f"{metric.path} has the labels {metric.labels}, not {tuple(labels)}")
        self._noted.append((family[family.pick(labels)], value))
        if len(self._noted) >= self._max_noted:
            with self._lock:
                self._add_up()

    def _add_up(self) -> None:
        """Add to the series what has been noted so far; the lock is held."""
        for _ in range(len(self._noted)):
            series, value = self._noted.popleft()
            series.add(value)
            self._added += 1


def _picker(metric: Metric) -> Callable[[Mapping[str, str]], _Key]:
    """Return what picks a metric's labels; itemgetter cannot pick none."""
    return itemgetter(*metric.labels) if metric.labels else tuple


def _running(metric: Metric) -> _Running:
    if isinstance(metric, Distribution):
        return _Histogram(metric.bounds)
    return _Level() if isinstance(metric, Gauge) else _Total()
