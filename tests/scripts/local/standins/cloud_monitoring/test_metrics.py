"""The Cloud Monitoring stand-in, seen through the real client library."""

from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import monitoring_v3 as api

from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Fault
from tests.scripts.local.standins.conftest import PROJECT, START, TYPE, Clock, Write, ending, series

ALL_TIME = {"start_time": {"seconds": START - 1}, "end_time": {"seconds": START + 10**6}}


def value(number: int) -> dict[str, int]:
    return {"int64_value": number}


def numbered(n: int) -> dict[str, Any]:
    return series(lambda made: made["metric"]["labels"].update(n=str(n)))


def read(client: api.MetricServiceClient, type_filter: str) -> list[api.TimeSeries]:
    return list(
        client.list_time_series(
            request={"name": PROJECT, "filter": type_filter, "interval": ALL_TIME}
        )
    )


def test_written_points_come_back(client: api.MetricServiceClient, write: Write) -> None:
    """What was written is read back newest first, with kind, type and labels."""
    write(series())
    write(series(ending(65), lambda made: made["points"][0].update(value=value(3))))
    (found,) = read(client, f'metric.type = "{TYPE}"')
    assert [point.value.int64_value for point in found.points] == [3, 1]
    assert dict(found.metric.labels) == {"outcome": "completed"}
    assert (found.metric_kind, found.value_type) == (3, 2)


def test_interval_of_a_reading(client: api.MetricServiceClient, write: Write) -> None:
    """A reading leaves out the points that end outside its interval, its start included."""
    write(series(ending(60)))
    interval = {"start_time": {"seconds": START + 60}, "end_time": {"seconds": START + 90}}
    request = {"name": PROJECT, "filter": f'metric.type="{TYPE}"', "interval": interval}
    assert not list(client.list_time_series(request=request))


def test_reading_by_prefix(client: api.MetricServiceClient, write: Write) -> None:
    """A prefix reads all metrics under it."""
    other = f"{TYPE}/other"
    write(series(), series(lambda made: made["metric"].update(type=other)))
    found = read(client, 'metric.type = starts_with("custom.googleapis.com/conteur/")')
    assert {one.metric.type for one in found} == {TYPE, other}


def test_unknown_filter(client: api.MetricServiceClient) -> None:
    """A filter that the stand-in does not know is refused, not ignored."""
    with pytest.raises(exceptions.InvalidArgument, match="Field filter"):
        read(client, 'resource.type = "generic_task"')


def test_total_over_instances_and_resets(monitoring: MonitoringStandIn, write: Write) -> None:
    """A total adds up the instances, and what an instance had counted before it began anew."""
    second = series(lambda made: made["resource"]["labels"].update(task_id="instance-2"))
    write(series(lambda made: made["points"][0].update(value=value(5))), second)
    write(series(ending(70, start=61), lambda made: made["points"][0].update(value=value(2))))
    assert monitoring.total(TYPE, outcome="completed") == 5 + 2 + 1
    assert monitoring.total(TYPE, outcome="failed") == 0


def test_total_of_a_distribution(monitoring: MonitoringStandIn, write: Write) -> None:
    """The total of a distribution is its number of values."""
    buckets = {"explicit_buckets": {"bounds": [1, 2]}}
    distribution = {"count": 4, "mean": 1.5, "bucket_counts": [1, 3], "bucket_options": buckets}
    write(
        series(
            lambda made: made.update(value_type=5),
            lambda made: made["points"][0].update(value={"distribution_value": distribution}),
        )
    )
    assert monitoring.total(TYPE) == 4


def test_partial_failure(monitoring: MonitoringStandIn, write: Write) -> None:
    """A refused point is named and journaled, and the others of its call are written."""
    bad = series(lambda made: made["resource"].update(type="cloud_run_revision"))
    with pytest.raises(exceptions.InvalidArgument, match=r"timeSeries\[1\]"):
        write(series(), bad)
    assert monitoring.written == monitoring.total(TYPE) == 1
    (rejection,) = monitoring.rejections
    assert rejection.metric_type == TYPE
    assert "Metrics cannot be written to cloud_run_revision" in rejection.message


def test_short_refusal(client: api.MetricServiceClient, monitoring: MonitoringStandIn) -> None:
    """However many points are refused, the answer names them within a header's 8 kB."""
    elsewhere = series(lambda made: made["resource"]["labels"].update(location="local"))
    request = {"name": PROJECT, "time_series": [series(), *[elsewhere] * 199]}
    with pytest.raises(exceptions.InvalidArgument, match=r"location\.: timeSeries\[1-199\]$"):
        client.create_time_series(request=request, timeout=5, retry=None)
    assert len(monitoring.rejections) == 199


def test_size_of_a_call(monitoring: MonitoringStandIn, write: Write) -> None:
    """A call has at most 200 series, and one with more writes none."""
    many = [numbered(n) for n in range(201)]
    with pytest.raises(exceptions.InvalidArgument, match="A maximum of 200 TimeSeries"):
        write(*many)
    write(*many[:200])
    assert monitoring.written == 200


def test_described_metric(client: api.MetricServiceClient, write: Write) -> None:
    """A descriptor made beforehand binds the kind of what is written."""
    descriptor = {"type": TYPE, "metric_kind": 1, "value_type": 2, "unit": "1"}
    made = client.create_metric_descriptor(name=PROJECT, metric_descriptor=descriptor)
    assert made.name == f"{PROJECT}/metricDescriptors/{TYPE}"
    with pytest.raises(exceptions.InvalidArgument, match="must be GAUGE, but is CUMULATIVE"):
        write(series())


def test_failing_on_purpose(monitoring: MonitoringStandIn, write: Write, clock: Clock) -> None:
    """A fault can hit every second call only; what it hits is not written."""
    monitoring.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=2)
    write(series())
    clock.now += 60
    with pytest.raises(exceptions.ServiceUnavailable):
        write(series(ending(120)))
    assert (monitoring.written, len(monitoring.calls)) == (1, 2)


def test_lost_answer(monitoring: MonitoringStandIn, write: Write) -> None:
    """A lost answer is an error to the client although the points are written."""
    monitoring.fault = Fault(grpc.StatusCode.UNAVAILABLE, lost_answer=True)
    with pytest.raises(exceptions.ServiceUnavailable):
        write(series())
    assert monitoring.total(TYPE) == 1
