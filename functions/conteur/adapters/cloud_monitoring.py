"""Sends metrics to Google Cloud Monitoring.

Importing this module imports gRPC's client: the composition root does so in the worker, beside
a request or after it, for a channel that was opened before a fork hangs after it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import grpc
from google.api_core.exceptions import GoogleAPIError, InvalidArgument
from google.auth.exceptions import GoogleAuthError
from google.cloud import monitoring_v3 as api
from google.cloud.monitoring_v3.services.metric_service.transports import (
    MetricServiceGrpcTransport,
)

from conteur.telemetry.aggregate import DistributionValue, Labels, Series, Snapshot
from conteur.telemetry.flushing import RefusedPointsError, SinkError
from conteur.telemetry.registry import Distribution, Kind, Metric

MAX_SERIES = 200  # of one call: https://cloud.google.com/monitoring/quotas
POINT_SECONDS = 5.0  # between two points of a series: likewise
SHORTEST_INTERVAL = 0.001  # https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeInterval
LONGEST_REST = 120.0  # seconds: twice the time between the flushes of a busy instance
LONGEST_PROBLEM = 500  # characters: an answer names every series that it refuses

Message = dict[str, Any]
"""A message as the client library takes it, its members by name."""

Value = int | DistributionValue


@dataclass(frozen=True, slots=True)
class Instance:
    """Who counts. `id` is this process's alone: two that share it spoil each other's series."""

    project: str
    region: str
    environment: str
    service: str
    revision: str
    id: str


class CloudMonitoring:
    """Implements MetricSink.

    `endpoint` (`host:port`) is a stand-in that is spoken to without TLS; empty, the real
    service with the process's own credentials. `now` answers seconds since the epoch.
    """

    def __init__(
        self, instance: Instance, endpoint: str = "", now: Callable[[], float] = time.time
    ) -> None:
        self._instance = instance
        self._endpoint = endpoint
        self._now = now
        self._last_end = 0.0
        self._told: dict[tuple[Metric, Labels], Value] = {}
        self._client: api.MetricServiceClient | None = None

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        """Write one point a series, in as few calls as can be.

        Raises SinkError, and RefusedPointsError where all but some series were taken.

        PromQL sees a rise between two points of its window only. So a counter's first point is
        preceded by one of 0, and that after a long rest by one of what it was before.
        """
        rested = self._now() - self._last_end > LONGEST_REST
        before, end = self._next_ends(snapshot)
        resumed = [one for one in snapshot.series if self._is_resumed(one, rested=rested)]
        starts = self._calls(list(map(self._as_told, resumed)), snapshot.started, before)
        points = self._calls(snapshot.series, snapshot.started, end)
        seconds = timeout / max(1, len(starts) + len(points))
        refused = self._write(starts, seconds)
        # From here on nobody knows which series have a point that an older value must not follow.
        self._told = {(one.metric, one.labels): one.value for one in snapshot.series}
        if refused := [*refused, *self._write(points, seconds)]:
            raise RefusedPointsError(_worded(refused[0])) from refused[0]

    def _next_ends(self, snapshot: Snapshot) -> tuple[float, float]:
        """Return when the points that go before end, and when the others do.

        A clock that was set back, or a point whose fate is unknown, must not spoil the order.
        """
        before = max(
            self._now() - POINT_SECONDS, self._last_end, snapshot.started + SHORTEST_INTERVAL
        )
        self._last_end = max(self._now(), before + POINT_SECONDS)
        return before, self._last_end

    def _is_resumed(self, series: Series, *, rested: bool) -> bool:
        if series.metric.kind is Kind.GAUGE:
            return False
        return rested or (series.metric, series.labels) not in self._told

    def _as_told(self, series: Series) -> Series:
        return replace(series, value=self._told.get((series.metric, series.labels), _zero(series)))

    def _calls(self, series: Sequence[Series], started: float, ended: float) -> list[Message]:
        start, end = _timestamp(started), _timestamp(ended)
        intervals = {
            Kind.CUMULATIVE: {"start_time": start, "end_time": end},
            Kind.GAUGE: {"end_time": end},
        }
        written = [_time_series(one, self._instance, intervals[one.metric.kind]) for one in series]
        return [
            {"name": f"projects/{self._instance.project}", "time_series": batch}
            for batch in _batches(written)
        ]

    def _write(self, calls: Sequence[Message], seconds: float) -> list[InvalidArgument]:
        """Make the calls, and return what was refused of them: the rest of such a call is taken.

        Raises SinkError for a call whose fate nobody knows.
        """
        refused = []
        for call in calls:
            try:
                self._connected().create_time_series(request=call, retry=None, timeout=seconds)
            except InvalidArgument as error:
                refused.append(error)
            except (GoogleAPIError, GoogleAuthError) as error:
                raise SinkError(_worded(error)) from error
        return refused

    def _connected(self) -> api.MetricServiceClient:
        if self._client is None:
            self._client = _connect(self._endpoint)
        return self._client


def _connect(endpoint: str) -> api.MetricServiceClient:
    if not endpoint:
        return api.MetricServiceClient()
    channel = grpc.insecure_channel(endpoint)
    return api.MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel))


def _worded(error: Exception) -> str:
    problem = f"{type(error).__name__}: {error}"[:LONGEST_PROBLEM]
    return f"Cloud Monitoring: {problem}"


def _zero(series: Series) -> Value:
    if not isinstance(series.metric, Distribution):
        return 0
    return DistributionValue(0, 0.0, 0.0, (0,) * (len(series.metric.bounds) + 1))


def _time_series(series: Series, instance: Instance, interval: Message) -> Message:
    metric = series.metric
    labels = dict(zip(metric.labels, series.labels, strict=True))
    return {
        "metric": {"type": metric.type, "labels": {**labels, "revision": instance.revision}},
        "resource": _resource(instance),
        "metric_kind": metric.kind.value,
        "value_type": metric.value_type.value,
        "unit": metric.unit,  # the descriptor that a first point makes takes it over
        "points": [{"interval": interval, "value": _value(series)}],
    }


def _resource(instance: Instance) -> Message:
    """Return the resource: Cloud Run's own, cloud_run_revision, is not writable.

    Source: https://cloud.google.com/monitoring/custom-metrics/creating-metrics#custom-metric-resources
    """
    return {
        "type": "generic_task",
        "labels": {
            "project_id": instance.project,
            "location": instance.region,
            "namespace": instance.environment,
            "job": instance.service,
            "task_id": instance.id,
        },
    }


def _value(series: Series) -> Message:
    value = series.value
    if not isinstance(value, DistributionValue):
        return {"int64_value": value}
    bounds = series.metric.bounds if isinstance(series.metric, Distribution) else ()
    return {
        "distribution_value": {
            "count": value.count,
            "mean": value.mean,
            "sum_of_squared_deviation": value.squared_deviation,
            "bucket_options": {"explicit_buckets": {"bounds": bounds}},
            "bucket_counts": value.buckets,
        }
    }


def _timestamp(seconds: float) -> Message:
    nanoseconds = round(seconds * 1e6) * 1000  # a float keeps microseconds of our time
    return {"seconds": nanoseconds // 10**9, "nanos": nanoseconds % 10**9}


def _batches(series: Sequence[Message]) -> list[Sequence[Message]]:
    return [series[start : start + MAX_SERIES] for start in range(0, len(series), MAX_SERIES)]
