"""Traffic that moves, and what may go wrong with it, through the real client library."""

from collections.abc import Callable

import grpc
import pytest

from scripts.local.standins.server import Fault, RefusalError
from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.traffic.run import CloudRunPlatform
from scripts.ops.traffic.split import all_on, between

from .cloud import FIRST, SECOND, STORY, THIRD, Cloud, state_of

UPDATE = frozenset({"UpdateService"})


def refused(platform: CloudRunPlatform, revision: str = FIRST) -> str:
    with pytest.raises(OperationError) as caught:
        platform.move(state_of(platform), all_on(revision))
    return str(caught.value)


def test_a_move(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """It is over once the new split is in force, with the tag's URL."""
    wanted = between(SECOND, FIRST, 30, {"canary": FIRST})
    state = platform.move(state_of(platform), wanted)
    assert (state.split, state.serving) == (wanted, {SECOND: 70, FIRST: 30})
    assert state.tag_urls["canary"].startswith("https://canary---generate-story")
    assert cloud.lines == []


def test_a_move_that_takes_its_time(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """It is waited for, with a line each time that it is looked at."""
    cloud.run.operations.takes = 5
    assert platform.move(state_of(platform), all_on(FIRST)).serving == {FIRST: 100}
    assert cloud.lines == [f"{STORY}: Cloud Run is moving the traffic ..."] * 3


def test_what_is_so_already(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """Nothing is asked for where the traffic is split so."""
    state = platform.move(state_of(platform), all_on(FIRST))
    cloud.services.calls.clear()
    assert platform.move(state, all_on(FIRST)) is state
    assert cloud.services.calls == []


def test_only_a_try(platform: CloudRunPlatform) -> None:
    """Cloud Run checks it, and nothing moves."""
    state = state_of(platform)
    assert platform.move(state, all_on(FIRST), only_try=True) is state
    assert state_of(platform) == state


def test_a_try_without_the_right(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """It tells who may not, before anything is begun."""
    state = state_of(platform)
    cloud.services.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, methods=UPDATE)
    with pytest.raises(OperationError, match=r"to move its traffic.*roles/run.developer"):
        platform.move(state, all_on(FIRST), only_try=True)


def test_permission_denied(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """The text has the role, and that nothing has moved."""
    cloud.services.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, methods=UPDATE)
    told = refused(platform)
    assert "roles/run.developer" in told
    assert f"was not moved: {SECOND} serves 100 %" in told


def test_somebody_else_in_between(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """What was read is not so any more: their split stays, and the error says what it is."""
    state = state_of(platform)
    cloud.meddle(FIRST)
    with pytest.raises(BusyError, match=f"Now {FIRST} serves 100 %"):
        platform.move(state, all_on(SECOND))
    assert state_of(platform).serving == {FIRST: 100}


def test_a_precondition_that_is_no_conflict(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """What Cloud Run refuses of a service that nobody has changed is no conflict."""
    fault = Fault(grpc.StatusCode.FAILED_PRECONDITION, "quota", methods=UPDATE)
    cloud.services.fault = fault
    with pytest.raises(OperationError, match="quota") as caught:
        platform.move(state_of(platform), all_on(FIRST))
    assert not isinstance(caught.value, BusyError)


def test_a_lost_answer(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """A move that took effect is no error, whatever became of its answer, and is asked for once."""
    fault = Fault(grpc.StatusCode.UNAVAILABLE, lost_answer=True, methods=UPDATE)
    cloud.services.fault = fault
    assert platform.move(state_of(platform), all_on(FIRST)).serving == {FIRST: 100}
    assert cloud.services.calls.count("UpdateService") == 1


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED])
def test_a_question_that_never_came(
    cloud: Cloud, platform: CloudRunPlatform, code: grpc.StatusCode
) -> None:
    """Where the service is as it was, the question may still be on its way."""
    cloud.services.fault = Fault(code, methods=UPDATE)
    told = refused(platform)
    assert f"was not moved yet, and may still be: {SECOND} serves 100 %" in told


def test_neither_an_answer_nor_a_look(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """What is known, and what is not, is said."""
    state = state_of(platform)
    cloud.services.fault = Fault(grpc.StatusCode.DEADLINE_EXCEEDED)
    with pytest.raises(OperationError, match=r"is not known.*Until then this held: .*100 %"):
        platform.move(state, all_on(FIRST))


def test_an_answer_lost_to_somebody_else(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """Where the service has another split then, somebody else was faster."""
    state = state_of(platform)
    cloud.deploy()
    cloud.services.fault = Fault(grpc.StatusCode.UNAVAILABLE, methods=UPDATE)
    with pytest.raises(BusyError, match=f"Now {THIRD} serves 100 %"):
        platform.move(state, all_on(FIRST))


def test_time_is_up(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """After a minute it says what holds, and that Cloud Run goes on."""
    cloud.run.operations.takes = None
    told = refused(platform)
    assert "has not moved within 60 s" in told
    assert f"asked for, and not in force; now {SECOND} serves 100 %" in told


def test_a_move_that_fails(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """Cloud Run takes it on and cannot do it: its own words, and what serves still."""
    cloud.deploy(problem="it does not start")
    told = refused(platform, THIRD)
    assert "could not move the traffic of generate_story: Revision" in told
    assert f"it does not start. What serves has not changed: {SECOND} serves 100 %" in told


def test_a_move_that_is_overtaken(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """An operation that ends with a conflict was overtaken."""
    conflict = RefusalError(grpc.StatusCode.ABORTED, "Conflict for resource")
    cloud.run.operations.fails = conflict
    with pytest.raises(BusyError, match="somebody else has changed generate_story"):
        platform.move(state_of(platform), all_on(FIRST))


def test_a_split_that_is_moved_on(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """Somebody else's move while this one is waited for is left alone, and told."""
    cloud.run.operations.takes = 1
    once: list[Callable[[], None]] = [lambda: cloud.meddle(SECOND)]
    state = state_of(platform)

    def wait(seconds: float) -> None:
        cloud.wait(seconds)
        while once:
            once.pop()()

    object.__setattr__(cloud.patience, "wait", wait)
    with pytest.raises(BusyError, match=f"Now {SECOND} serves 100 %"):
        platform.move(state, all_on(FIRST))


def test_an_operation_that_cannot_be_looked_at(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """It is looked at again where it could not be reached once."""
    cloud.run.operations.takes = 3
    cloud.operations.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=2)
    assert platform.move(state_of(platform), all_on(FIRST)).serving == {FIRST: 100}
    cloud.operations.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    assert "the operation cannot be looked at" in refused(platform, SECOND)
