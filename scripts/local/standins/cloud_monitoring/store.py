"""What the Cloud Monitoring stand-in has taken in: descriptors, and each series' points."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from google.cloud import monitoring_v3 as api

from scripts.local.standins.cloud_monitoring.point_rules import interval_of, value_type_of
from scripts.local.standins.cloud_monitoring.rules import Descriptor, Interval
from scripts.local.standins.server import Message

KEPT_POINTS = 1_000  # of a series; 100 minutes at the fastest pace that the product has


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What tells one series from another."""

    project: str
    metric_type: str
    labels: frozenset[tuple[str, str]]
    resource: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Series:
    """A series without its points, and its latest points, newest first."""

    head: Message
    points: deque[Message] = field(default_factory=lambda: deque(maxlen=KEPT_POINTS))


def key_of(project: str, series: Message) -> SeriesKey:
    """Return the key of a protobuf TimeSeries."""
    resource = series.resource
    return SeriesKey(
        project,
        series.metric.type,
        frozenset(series.metric.labels.items()),
        frozenset({*resource.labels.items(), ("", resource.type)}),
    )


class Store:
    """Descriptors and series. Not safe under threads: its owner holds a lock."""

    def __init__(self) -> None:
        self._descriptors: dict[tuple[str, str], Message] = {}
        self._series: dict[SeriesKey, _Series] = {}

    def descriptor(self, project: str, metric_type: str) -> Message | None:
        """Return a metric's descriptor, None if nobody has made one or written a point."""
        return self._descriptors.get((project, metric_type))

    def last_interval(self, key: SeriesKey) -> Interval | None:
        """Return the interval of the series' newest point."""
        series = self._series.get(key)
        return None if series is None else interval_of(series)

    def descriptors(self, project: str) -> list[Message]:
        """Return the descriptors of a project."""
        return [one for (owner, _), one in self._descriptors.items() if owner == project]

    def describe(self, project: str, descriptor: Message) -> None:
        """Keep a descriptor. Labels that the metric had already stay."""
        old = self.descriptor(project, descriptor.type)
        _add_labels(descriptor, [] if old is None else [label.key for label in old.labels])
        descriptor.labels.sort(key=lambda label: label.key)
        self._descriptors[project, descriptor.type] = descriptor

    def forget(self, project: str, metric_type: str) -> None:
        """Drop a metric's descriptor and all of its series."""
        del self._descriptors[project, metric_type]
        of_metric = (project, metric_type)
        for key in [key for key in self._series if (key.project, key.metric_type) == of_metric]:
            del self._series[key]

    def append(self, key: SeriesKey, series: Message) -> None:
        """Keep a series' one point, and make the metric's descriptor if there is none."""
        descriptor = self.descriptor(key.project, key.metric_type)
        if descriptor is None:
            descriptor = _described_by(key.project, series)
            self._descriptors[key.project, key.metric_type] = descriptor
        _add_labels(descriptor, series.metric.labels)
        descriptor.unit = descriptor.unit or series.unit
        kept = self._series.setdefault(key, _Series(_without_points(series, descriptor)))
        kept.points.appendleft(series.points[0])

    def total(self, metric_type: str, labels: Mapping[str, str]) -> int:
        """Add up what the series with these labels have counted, over all their resets."""
        return sum(
            _counted(series.points)
            for key, series in self._series.items()
            if key.metric_type == metric_type and labels.items() <= key.labels
        )

    def read(self, project: str, metric_type: str, *, prefix: bool, within: Interval) -> Message:
        """Return the series with their points that end in `within`, its start excluded."""
        found = []
        for key, series in self._series.items():
            same = key.metric_type == metric_type
            if key.project == project and (
                same or (prefix and key.metric_type.startswith(metric_type))
            ):
                found.append(_with_points(series, within))
        return [series for series in found if series.points]


def _described_by(project: str, series: Message) -> Message:
    """Return the descriptor that a first point makes.

    Source: https://cloud.google.com/monitoring/custom-metrics/creating-metrics#auto-creation
    """
    return Descriptor(
        name=f"projects/{project}/metricDescriptors/{series.metric.type}",
        type=series.metric.type,
        metric_kind=series.metric_kind or Descriptor.GAUGE,
        value_type=value_type_of(series),
        description="Auto-created custom metric.",
    )


def _add_labels(descriptor: Message, keys: Iterable[str]) -> None:
    known = {label.key for label in descriptor.labels}
    for key in keys:
        if key not in known:
            descriptor.labels.add(key=key)


def _without_points(series: Message, descriptor: Message) -> Message:
    head = type(series)()
    head.CopyFrom(series)
    head.ClearField("points")
    head.metric_kind, head.value_type = descriptor.metric_kind, descriptor.value_type
    return head


def _with_points(series: _Series, within: Interval) -> Message:
    read = type(series.head)()
    read.CopyFrom(series.head)
    read.points.extend(
        point
        for point in series.points
        if within.start < point.interval.end_time.ToNanoseconds() <= within.end
    )
    return api.TimeSeries.wrap(read)


def _counted(points: Iterable[Message]) -> int:
    """Add up the last value before each reset, and the newest one."""
    oldest_first = list(points)[::-1]
    ends = [
        point
        for point, following in pairwise([*oldest_first, None])
        if following is None or following.interval.start_time != point.interval.start_time
    ]
    return sum(_count(point.value) for point in ends)


def _count(value: Message) -> int:
    if value.WhichOneof("value") == "distribution_value":
        return int(value.distribution_value.count)
    return int(value.int64_value)
