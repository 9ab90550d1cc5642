"""The counters in Cloud Monitoring equal what was counted, whatever happens in between."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import grpc
import pytest
from google.cloud import monitoring_v3 as api
from hypothesis import given, settings
from hypothesis import strategies as st

from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS, Outcome
from scripts.local.standins.server import Fault
from tests.adapters.monitoring_world import INSTANCE, TIMEOUT, World

PATIENCE = 10.0  # seconds until a thread that hangs fails its test
A_SECOND = 1.0  # instead of eight, for those that hang are really waited for

FAILURES = st.sampled_from(
    [
        None,
        Fault(grpc.StatusCode.UNAVAILABLE),
        Fault(grpc.StatusCode.DEADLINE_EXCEEDED, lost_answer=True),
        Fault(grpc.StatusCode.UNAVAILABLE, every=2),
    ]
)
Step = Callable[[World], object]


def pass_time(seconds: float) -> Step:
    return lambda world: world.clock.sleep(seconds)


def change_weather(fault: Fault | None) -> Step:
    return lambda world: setattr(world.monitoring, "fault", fault)


STEPS = st.lists(
    st.one_of(
        st.builds(pass_time, st.floats(0, 120)),
        st.builds(change_weather, FAILURES),
        st.sampled_from(["start", "end", "count", "time out", "observe"]),
    ),
    max_size=40,
)


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_nothing_is_lost(steps: list[Step | str]) -> None:
    """However counts, flushes and failures follow each other, the end's totals are exact."""
    with World() as world:
        counted = serve(world, steps)
        world.monitoring.fault = None
        world.flusher.close()
        assert world.monitoring.total(EXECUTIONS.type, reason="NONE") == counted["count"]
        assert world.monitoring.total(EXECUTIONS.type, reason="TIMEOUT") == counted["time out"]
        assert world.monitoring.total(EXECUTION_SECONDS.type) == counted["observe"]
        assert not world.monitoring.rejections


@pytest.fixture
def world_of_failures() -> Iterator[World]:
    """Return an instance that has counted a request, and a service that is down."""
    with World() as world:
        world.monitoring.fault = Fault(grpc.StatusCode.UNAVAILABLE)
        world.flusher.on_request_start()
        world.count()
        yield world


HALF = {
    "not taken": Fault(grpc.StatusCode.UNAVAILABLE, every=2),
    "taken": Fault(grpc.StatusCode.UNAVAILABLE, every=2, lost_answer=True),
    "hanging": Fault(grpc.StatusCode.CANCELLED, delay_seconds=3600, every=2),
    "taken, hanging": Fault(
        grpc.StatusCode.CANCELLED, delay_seconds=3600, every=2, lost_answer=True
    ),
}


@pytest.mark.parametrize("fault", HALF.values(), ids=HALF)
def test_nothing_is_lost_at_the_end(fault: Fault) -> None:
    """Instances that end while every other call fails, however it does, lose nothing."""
    with World() as world:
        world.monitoring.fault = fault
        for number in range(3):
            world.begin(replace(INSTANCE, id=f"instance-{number}"))
            world.flusher.on_request_start()
            world.count()
            world.flusher.close(seconds=A_SECOND)
        assert world.monitoring.total(EXECUTIONS.type) == 3
        assert len(world.monitoring.calls) == 11
        assert not world.monitoring.rejections


def test_times_of_the_last_points(world_of_failures: World) -> None:
    """As many tries as there is time for leave the last point minutes short of too far ahead."""
    world = world_of_failures
    world.flusher.close()
    world.monitoring.fault = None
    world.sink.send(world.aggregate.snapshot(), TIMEOUT)
    (series,) = [one for one in world.read(EXECUTIONS.type) if one.points[0].value.int64_value]
    ahead = api.TimeSeries.pb(series).points[0].interval.end_time.seconds - world.clock()
    assert len(world.monitoring.calls) > 11
    assert 0 < ahead < 60


def serve(world: World, steps: list[Step | str]) -> dict[str, int]:
    """Play the steps, with requests that begin and end; return how often each one came."""
    open_requests = 1
    world.flusher.on_request_start()
    for step in steps:
        match step:
            case "start":
                world.flusher.on_request_start()
                open_requests += 1
            case "end" if open_requests:
                world.flusher.on_request_end(Outcome.COMPLETED, PATIENCE)
                open_requests -= 1
            case "count":
                world.count()
            case "time out":
                world.count(reason="TIMEOUT")
            case "observe":
                world.observe(world.clock.now % 100)
            case _ if callable(step):
                step(world)
    return {name: steps.count(name) for name in ("count", "time out", "observe")}
