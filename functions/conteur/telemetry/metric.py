"""What a metric is, in Cloud Monitoring's terms."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

FUNCTION = "function"  # the label of metrics that several functions count
PREFIX = "custom.googleapis.com/conteur/"


class Kind(StrEnum):
    """Cloud Monitoring's metric kinds, by the names of google.api.MetricDescriptor."""

    CUMULATIVE = "CUMULATIVE"
    GAUGE = "GAUGE"


class ValueType(StrEnum):
    """Cloud Monitoring's value types, by the names of google.api.MetricDescriptor."""

    INT64 = "INT64"
    DISTRIBUTION = "DISTRIBUTION"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Metric:
    """One metric. `path` follows PREFIX; `unit` is UCUM, as google.api.MetricDescriptor says.

    `known` lists the label values, in the order of `labels`, that are told apart beforehand:
    their series start at zero, so that the first event is seen as a rise. `only` is the function
    whose instances count the metric, or operation_metrics.OPERATIONS; empty where several do.
    """

    kind: ClassVar[Kind]
    value_type: ClassVar[ValueType]

    path: str
    unit: str
    description: str
    labels: tuple[str, ...] = ()
    known: tuple[tuple[str, ...], ...] = ()
    only: str = ""

    def known_in(self, function: str) -> tuple[tuple[str, ...], ...]:
        """Return the series that begin in an instance of `function`; all where it is empty."""
        if not function or self.only in {"", function}:
            place = self.labels.index(FUNCTION) if function and FUNCTION in self.labels else None
            return tuple(
                labels for labels in self.known if place is None or labels[place] == function
            )
        return ()

    @property
    def type(self) -> str:
        """Return the metric's name in Cloud Monitoring."""
        return PREFIX + self.path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counter(Metric):
    """Events, counted from the instance's start."""

    kind = Kind.CUMULATIVE
    value_type = ValueType.INT64


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Gauge(Metric):
    """A state, as it stands."""

    kind = Kind.GAUGE
    value_type = ValueType.INT64


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Distribution(Metric):
    """Values, counted in buckets; each bound is the lowest value of the bucket above it."""

    kind = Kind.CUMULATIVE
    value_type = ValueType.DISTRIBUTION

    bounds: tuple[float, ...]
