"""A stand-in for Cloud Monitoring that refuses what the real one refuses.

As in the real service a refused point does not hold back the others of its call: they are
written, and the call's answer names those that were not (the form is that of
https://github.com/GoogleCloudPlatform/opentelemetry-operations-python/issues/431).
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

import grpc
from google.cloud import monitoring_v3 as api
from google.protobuf import empty_pb2

from scripts.local.standins.monitoring_point_rules import POINT_RULES, SECOND
from scripts.local.standins.monitoring_rules import SERIES_RULES, Interval, Write
from scripts.local.standins.monitoring_store import SeriesKey, Store, key_of
from scripts.local.standins.server import Message, Method, RefusalError, StandIn

MAX_SERIES = 200
RULES = (*SERIES_RULES, *POINT_RULES)
PROJECT_NAME = re.compile(r"projects/([a-z0-9][a-z0-9:.-]*)")
TYPE_FILTER = re.compile(r'metric\.type\s*=\s*(?:"([^"]+)"|starts_with\(\s*"([^"]+)"\s*\))')


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

    def methods(self) -> Mapping[str, Method]:
        """Return the methods that write, describe and read back."""
        return {
            "CreateTimeSeries": Method(api.CreateTimeSeriesRequest, self._create),
            "CreateMetricDescriptor": Method(api.CreateMetricDescriptorRequest, self._describe),
            "ListTimeSeries": Method(api.ListTimeSeriesRequest, self._list),
        }

    def total(self, metric_type: str, **labels: str) -> int:
        """Return what a cumulative metric has counted (a distribution: how many values).

        Adds up all series that have these metric labels, over all their resets.
        """
        with self._lock:
            return self._store.total(metric_type, labels)

    def _create(self, request: api.CreateTimeSeriesRequest) -> empty_pb2.Empty:
        project = _project(request.name)
        series = api.CreateTimeSeriesRequest.pb(request).time_series
        if len(series) > MAX_SERIES:  # https://cloud.google.com/monitoring/quotas
            raise _invalid(
                "Field timeSeries had an invalid value: "
                f"A maximum of {MAX_SERIES} TimeSeries can be written in a single request."
            )
        with self._lock:
            refused = self._write(project, series)
        if refused:
            told = "; ".join(f"{why}: timeSeries[{_ranges(at)}]" for why, at in refused.items())
            raise _invalid(f"One or more TimeSeries could not be written: {told}")
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

    def _describe(self, request: api.CreateMetricDescriptorRequest) -> Message:
        """Keep a descriptor.

        Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors/create
        """
        project = _project(request.name)
        descriptor = api.CreateMetricDescriptorRequest.pb(request).metric_descriptor
        descriptor.name = f"{request.name}/metricDescriptors/{descriptor.type}"
        with self._lock:
            self._store.describe(project, descriptor)
        return descriptor

    def _list(self, request: api.ListTimeSeriesRequest) -> api.ListTimeSeriesResponse:
        """Answer the points that end in the interval, newest first, all on one page.

        The filter names the metric, `metric.type = "..."` or `= starts_with("...")`; the real
        service knows more: https://cloud.google.com/monitoring/api/v3/filters
        """
        project = _project(request.name)
        match = TYPE_FILTER.fullmatch(request.filter.strip())
        if match is None:
            raise _invalid(
                f'Field filter had an invalid value of "{request.filter}": the stand-in knows '
                'metric.type = "..." and metric.type = starts_with("...") only.'
            )
        exact, prefix = match.groups()
        times = api.ListTimeSeriesRequest.pb(request).interval
        within = Interval(times.start_time.ToNanoseconds(), times.end_time.ToNanoseconds())
        with self._lock:
            found = self._store.read(
                project, exact or prefix, prefix=prefix is not None, within=within
            )
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


def _project(name: str) -> str:
    match = PROJECT_NAME.fullmatch(name)
    if match is None:
        raise _invalid(f'Name must begin with "projects/PROJECT_ID", got: {name}')
    return match[1]


def _invalid(message: str) -> RefusalError:
    return RefusalError(grpc.StatusCode.INVALID_ARGUMENT, message)
