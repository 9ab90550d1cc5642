"""A stand-in for Cloud Monitoring that refuses what the real one refuses.

As in the real service a refused point does not hold back the others of its call: they are
written, and the call's answer names those that were not (the form is that of
https://github.com/GoogleCloudPlatform/opentelemetry-operations-python/issues/431).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from google.cloud import monitoring_v3 as api
from google.protobuf import empty_pb2

from scripts.local.standins.cloud_monitoring.descriptors import Descriptors, read_filter
from scripts.local.standins.cloud_monitoring.point_rules import POINT_RULES, SECOND
from scripts.local.standins.cloud_monitoring.resources import invalid, project_of
from scripts.local.standins.cloud_monitoring.rules import SERIES_RULES, Interval, Write
from scripts.local.standins.cloud_monitoring.store import SeriesKey, Store, key_of
from scripts.local.standins.server import Message, Method, StandIn

MAX_SERIES = 200
RULES = (*SERIES_RULES, *POINT_RULES)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A point that was not written, and the rule's message."""

    metric_type: str
    labels: Mapping[str, str]
    message: str


class MonitoringStandIn(StandIn):
    """Descriptors and series in memory, of every project.

    `clock` answers seconds since the epoch. `written` counts the points kept, `rejections`
    tells of all others.
    """

    service = "google.monitoring.v3.MetricService"

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.written = 0
        self.rejections: list[Rejection] = []
        self._clock = clock
        self._lock = Lock()
        self._store = Store()
        self._descriptors = Descriptors(self._store, self._lock)

    def methods(self) -> Mapping[str, Method]:
        """Return the methods that write, describe and read back."""
        return {
            "CreateTimeSeries": Method(api.CreateTimeSeriesRequest, self._create),
            "ListTimeSeries": Method(api.ListTimeSeriesRequest, self._list),
            **self._descriptors.methods(),
        }

    def described(self, project: str) -> frozenset[str]:
        """Return the types of a project's metrics that have a descriptor."""
        with self._lock:
            return frozenset(one.type for one in self._store.descriptors(project))

    def total(self, metric_type: str, **labels: str) -> int:
        """Return what a cumulative metric has counted (a distribution: how many values).

        Adds up all series that have these metric labels, over all their resets.
        """
        with self._lock:
            return self._store.total(metric_type, labels)

    def _create(self, request: api.CreateTimeSeriesRequest) -> empty_pb2.Empty:
        project = project_of(request.name)
        series = api.CreateTimeSeriesRequest.pb(request).time_series
        if len(series) > MAX_SERIES:  # https://cloud.google.com/monitoring/quotas
            raise invalid(
                "Field timeSeries had an invalid value: "
                f"A maximum of {MAX_SERIES} TimeSeries can be written in a single request."
            )
        with self._lock:
            refused = self._write(project, series)
        if refused:
            told = "; ".join(f"{why}: timeSeries[{_ranges(at)}]" for why, at in refused.items())
            raise invalid(f"One or more TimeSeries could not be written: {told}")
        return empty_pb2.Empty()

    def _write(self, project: str, call: Message) -> dict[str, list[int]]:
        """Write what no rule refuses; return which series were refused, by the rules' messages."""
        seen: set[SeriesKey] = set()
        refused: dict[str, list[int]] = {}
        for index, series in enumerate(call):
            key = key_of(project, series)
            problem = self._problem(key, series, seen_in_call=key in seen)
            seen.add(key)
            if problem is None:
                self._store.append(key, series)
                self.written += 1
                continue
            name = key.metric_type
            self.rejections.append(Rejection(name, dict(key.labels), problem))
            refused.setdefault(problem, []).append(index)
        return refused

    def _problem(self, key: SeriesKey, series: Message, *, seen_in_call: bool) -> str | None:
        write = Write(
            series=series,
            project=key.project,
            now=int(self._clock() * SECOND),
            descriptor=self._store.descriptor(key.project, key.metric_type),
            last=self._store.last_interval(key),
            seen_in_call=seen_in_call,
        )
        problems = (rule(write) for rule in RULES)
        return next((problem for problem in problems if problem), None)

    def _list(self, request: api.ListTimeSeriesRequest) -> api.ListTimeSeriesResponse:
        """Answer the points that end in the interval, newest first, all on one page."""
        project = project_of(request.name)
        metric_type, prefix = read_filter(request.filter)
        times = api.ListTimeSeriesRequest.pb(request).interval
        within = Interval(times.start_time.ToNanoseconds(), times.end_time.ToNanoseconds())
        with self._lock:
            found = self._store.read(project, metric_type, prefix=prefix, within=within)
        return api.ListTimeSeriesResponse(time_series=found)


def _ranges(numbers: list[int]) -> str:
    """Return ascending numbers as `0-3,5`: an answer's headers hold 8 kB, and a call 200 series."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
