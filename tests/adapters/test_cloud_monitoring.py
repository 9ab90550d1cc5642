"""Metrics as Cloud Monitoring takes them, against a stand-in that is as strict as it is."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from google.cloud import monitoring_v3 as api

from conteur.adapters.cloud_monitoring import CloudMonitoring
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.flushing import RefusedPointsError, SinkError
from conteur.telemetry.registry import (
    CIRCUIT_STATE,
    EXECUTION_SECONDS,
    EXECUTIONS,
    METRICS,
    STORY_WORDS,
    Counter,
    Function,
    Kind,
)
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Fault
from tests.adapters.monitoring_world import INSTANCE, START, TIMEOUT, World

FUNCTIONS = Path(__file__).parents[2] / "functions"


@pytest.fixture
def world() -> Iterator[World]:
    with World() as made:
        yield made


def test_counter(world: World) -> None:
    """A counter arrives as a cumulative number under this instance's task."""
    world.count(by=3)
    world.send()
    (series,) = [one for one in world.read(EXECUTIONS.type) if one.points[0].value.int64_value]
    assert series.points[0].value.int64_value == 3
    assert dict(series.metric.labels) == {
        "function": "generate_story",
        "outcome": "completed",
        "reason": "NONE",
        "kind": "NONE",
        "revision": "generate-story-00001",
    }
    assert series.resource.type == "generic_task"
    assert series.resource.labels["task_id"] == "instance-1"


def test_gauge(world: World) -> None:
    """A gauge arrives as it stands, at one moment."""
    for state in (2, 1):
        world.aggregate.set(CIRCUIT_STATE, state, model="a")
        world.send()
    (series,) = world.read(CIRCUIT_STATE.type)
    assert [point.value.int64_value for point in series.points] == [1, 2]
    assert not world.monitoring.rejections


def test_distribution(world: World) -> None:
    """A distribution arrives with its bounds, counts, mean and squared deviation."""
    for seconds in (0.5, 1.0, 200.0):
        world.observe(seconds)
    world.send()
    arrived = [one.points[0].value.distribution_value for one in world.read(EXECUTION_SECONDS.type)]
    (found,) = [one for one in arrived if one.count]
    assert list(found.bucket_counts) == [1, 1, *[0] * 11, 1]
    assert list(found.bucket_options.explicit_buckets.bounds) == list(EXECUTION_SECONDS.bounds)
    assert found.mean == pytest.approx(201.5 / 3)
    assert found.sum_of_squared_deviation == pytest.approx(26467.17, abs=0.01)


def test_zeros(world: World) -> None:
    """Every series that is known beforehand is written, counters with a point of 0 before."""
    world.send()
    assert world.monitoring.written == sum(
        len(metric.known_in(Function.GENERATE_STORY)) * (1 if metric.kind is Kind.GAUGE else 2)
        for metric in METRICS
    )
    assert not world.monitoring.rejections


def values(world: World) -> list[list[int]]:
    """Return the values of the executions' series that have counted something, oldest first."""
    found = [
        [point.value.int64_value for point in reversed(api.TimeSeries.pb(one).points)]
        for one in world.read(EXECUTIONS.type)
    ]
    return [each for each in found if any(each)]


def test_a_first_rise(world: World) -> None:
    """What is counted before the first sending is seen as a rise from 0."""
    world.count(by=3)
    world.send()
    world.count(by=2)
    world.send()
    assert values(world) == [[0, 3, 5]]


def test_a_late_series(world: World) -> None:
    """A series that nobody knew beforehand rises from 0 as well, however late it comes."""
    world.send()
    world.count(by=4, reason="UNHEARD_OF")
    world.send()
    assert values(world) == [[0, 4]]


def test_a_first_sending_that_fails(world: World) -> None:
    """A 0 whose fate nobody knows is written again, and never behind a count."""
    world.count(by=3)
    world.monitoring.fault = Fault(grpc.StatusCode.UNAVAILABLE, lost_answer=True)
    with pytest.raises(SinkError):
        world.send()
    world.monitoring.fault = None
    world.send(after_seconds=0)
    assert values(world) == [[0, 0, 3]]
    assert not world.monitoring.rejections


def test_a_rest(world: World) -> None:
    """After a rest the first rise is seen as well: what was there before is told once more."""
    world.count(by=3)
    world.send()
    world.count(by=2)
    world.send(after_seconds=600)
    assert values(world) == [[0, 3, 3, 5]]
    (series,) = [one for one in world.read(EXECUTIONS.type) if one.points[0].value.int64_value]
    newest, before, *_ = api.TimeSeries.pb(series).points
    assert newest.interval.end_time.seconds - before.interval.end_time.seconds == 5


def test_the_time_is_shared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """All calls of a sending have no more time together than the sending has."""
    given: list[float] = []

    class Client:
        def create_time_series(self, *, timeout: float, **_: object) -> None:
            given.append(timeout)

    monkeypatch.setattr(world.sink, "_connected", Client)
    world.sink.send(world.aggregate.snapshot(), timeout=3.0)
    assert len(given) == 2
    assert sum(given) == pytest.approx(3.0)


def test_a_series_that_is_never_taken(world: World) -> None:
    """A metric that somebody has described otherwise does not keep the others from being sent."""
    world.describe({"type": EXECUTION_SECONDS.type, "metric_kind": 1, "value_type": 2})
    world.count(by=3)
    for _ in range(2):
        with pytest.raises(RefusedPointsError, match="InvalidArgument"):
            world.send()
    assert values(world) == [[0, 3, 3]]
    assert {each.metric_type for each in world.monitoring.rejections} == {EXECUTION_SECONDS.type}


def test_a_young_instance(world: World) -> None:
    """Where it has counted for no five seconds yet, the points end as much later."""
    world.count()
    world.send(after_seconds=0)
    assert values(world) == [[0, 1]]
    assert not world.monitoring.rejections


def test_unit(world: World) -> None:
    """The unit of a metric arrives with its points."""
    world.send()
    assert {series.unit for series in world.read(EXECUTION_SECONDS.type)} == {"s"}


def test_interval(world: World) -> None:
    """All points of a series start when the instance did."""
    world.send(after_seconds=60)
    world.send(after_seconds=60)
    points = api.TimeSeries.pb(world.read(EXECUTIONS.type)[0]).points
    assert [point.interval.start_time.seconds - START for point in points] == [0, 0, 0]
    assert [point.interval.end_time.seconds - START for point in points] == [120, 60, 55]


@pytest.mark.parametrize("seconds", [0.0, 1.0, -60.0])
def test_bad_clock(world: World, seconds: float) -> None:
    """A clock that stands still, or was set back, spoils neither order nor distance."""
    world.send(after_seconds=0)
    world.count()
    world.send(after_seconds=seconds)
    assert world.monitoring.total(EXECUTIONS.type) == 1
    assert not world.monitoring.rejections


def test_batches(world: World) -> None:
    """More than 200 series go in more than one call, and all arrive."""
    known = tuple((str(n),) for n in range(450))
    wide = Counter(path="wide", unit="1", description="Wide.", labels=("n",), known=known)
    world.aggregate = Aggregate((wide,), now=world.clock)
    world.send()
    assert world.monitoring.written == 2 * 450
    assert world.monitoring.calls == ["CreateTimeSeries"] * 2 * 3


def test_one_call(world: World) -> None:
    """All metrics of the registry go in one call, once they have begun."""
    world.send()
    before = len(world.monitoring.calls)
    world.send()
    assert len(world.monitoring.calls) == before + 1


FAULTS = {
    "refused": Fault(grpc.StatusCode.PERMISSION_DENIED),
    "unavailable": Fault(grpc.StatusCode.UNAVAILABLE),
    "late": Fault(delay_seconds=3600),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_failure(world: World, fault: Fault) -> None:
    """Whatever fails is a SinkError at once, without a retry."""
    world.monitoring.fault = fault
    with pytest.raises(SinkError, match="Cloud Monitoring: "):
        world.sink.send(world.aggregate.snapshot(), timeout=0.2)
    assert len(world.monitoring.calls) == 1


def test_nobody_there() -> None:
    """An address where nobody listens is a SinkError, not a wait."""
    with pytest.raises(SinkError):
        CloudMonitoring(INSTANCE, "127.0.0.1:1").send(Aggregate().snapshot(), TIMEOUT)


def test_rejected_point(world: World) -> None:
    """A point that is refused is a SinkError that says why."""
    world.clock.now += 60
    nowhere = replace(INSTANCE, region="nowhere")
    elsewhere = CloudMonitoring(nowhere, world.address, world.clock)
    with pytest.raises(SinkError, match="Unrecognized region or location"):
        elsewhere.send(world.aggregate.snapshot(), TIMEOUT)


WORKER = """
import atexit, os, sys

from conteur.adapters.cloud_monitoring import CloudMonitoring, Instance
from conteur.adapters.instance_load import InstanceLoad
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import STORY_WORDS

instance = Instance("demo-conteur", "europe-west1", "local", "generate-story", "r1", "instance-1")
aggregate = Aggregate(function="generate_story")
state = InstanceState(aggregate, "generate_story", InstanceLoad())
flusher = Flusher(aggregate, CloudMonitoring(instance, sys.argv[1]), state)
atexit.register(flusher.close)
if worker := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
flusher.on_request_start()
aggregate.observe(STORY_WORDS, 400, language="fr")
"""


@pytest.mark.server
def test_end_of_a_worker() -> None:
    """A forked worker that ends sends what it has counted, once, and its master nothing."""
    monitoring = MonitoringStandIn()
    with monitoring.serve() as address:
        ended = subprocess.run(
            [sys.executable, "-c", WORKER, address], cwd=FUNCTIONS, check=False, timeout=30
        )
    assert ended.returncode == 0
    assert monitoring.total(STORY_WORDS.type, language="fr") == 1
    assert monitoring.calls == ["CreateTimeSeries"] * 2  # zeros, and the points
