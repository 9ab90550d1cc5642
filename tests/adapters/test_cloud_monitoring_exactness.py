"""The counters in Cloud Monitoring equal what was counted, whatever happens in between."""

from collections.abc import Callable

import grpc
from hypothesis import given, settings
from hypothesis import strategies as st

from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS
from scripts.local.standins.server import Fault
from tests.adapters.monitoring_world import World

PATIENCE = 10.0  # seconds until a thread that hangs fails its test

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
                world.flusher.on_request_end(PATIENCE)
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
