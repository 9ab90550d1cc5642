"""A canary against the stand-in for Cloud Run."""

from pathlib import Path

import grpc
import pytest

from scripts.local.standins.cloud_run.services import denied
from scripts.local.standins.server import Fault
from scripts.ops.operations.errors import BusyError, LostError, OperationError
from scripts.ops.operations.lock import LEASE, Lock
from scripts.ops.operations.record import State
from scripts.ops.traffic.split import CANARY, all_on, between, follows_latest

from .world import NEW, OLD, START, STEPS, STORE_NEW, STORE_OLD, World, service
from .world import world as served

UPDATES = frozenset({"UpdateService"})


def test_steps(world: World) -> None:
    """The new revision is looked at by its tag at each step, then as everybody gets it."""
    world.deploy(percents=STEPS)
    assert world.looked == [
        (CANARY, {OLD: 100}),
        (CANARY, {OLD: 95, NEW: 5}),
        (CANARY, {OLD: 50, NEW: 50}),
        (CANARY, {NEW: 100}),
        ("", {NEW: 100}),
    ]


def test_together(world: World) -> None:
    """All functions of a deploy are shifted together."""
    seen: list[dict[str, int]] = []
    world.hooks = {3: lambda: seen.append(world.serving("store_api"))}
    world.deploy(percents=STEPS)
    assert seen == [{STORE_OLD: 50, STORE_NEW: 50}]


def test_unpinned(world: World) -> None:
    """At the end each service follows its newest revision, and the tag is gone."""
    world.deploy(percents=STEPS)
    state = world.platform.service("generate_story")
    assert state is not None
    assert state.split == follows_latest()
    assert world.firebase.asked == ["firestore", "functions", "hosting"]


def test_record(world: World) -> None:
    """The record has the pins, the new revisions and the steps that are done."""
    done = world.deploy(percents=STEPS)
    assert done.facts["pins"] == {"generate_story": OLD, "store_api": STORE_OLD}
    assert done.facts["revisions"] == {"generate_story": NEW, "store_api": STORE_NEW}
    assert done.facts["canary"] == [5, 50, 100]


def test_watched(world: World) -> None:
    """Each step is watched, and says how long that still takes."""
    world.deploy(percents=STEPS)
    assert world.waited == [30.0] * 10 * len(STEPS)
    assert "  watching 5 %: 270 s to go" in world.lines


def test_other_tags(world: World) -> None:
    """Tags that are not ours are kept."""
    world.split(follows_latest({"mine": OLD}))
    world.deploy(percents=STEPS)
    state = world.platform.service("generate_story")
    assert state is not None
    assert state.split == follows_latest({"mine": OLD})


def test_ready_by_itself(world: World) -> None:
    """A revision is new although Cloud Run does not call it the latest ready one yet."""
    world.run.ready_lags = True
    done = world.deploy(percents=STEPS)
    assert done.facts["revisions"]["generate_story"] == NEW
    assert world.serving() == {NEW: 100}


def test_unchanged(world: World) -> None:
    """A function without a new revision is not shifted, and follows its newest one again."""
    world.firebase.skipped = {"store_api"}
    done = world.deploy(percents=STEPS)
    state = world.platform.service("store_api")
    assert state is not None
    assert (done.facts["unchanged"], state.split) == (["store_api"], follows_latest())


def test_left_over(world: World) -> None:
    """A revision that an earlier deploy left without traffic goes through the canary now."""
    world.deploy()
    world.split(all_on(OLD))
    world.firebase.skipped = {"generate_story"}
    done = world.deploy(percents=STEPS)
    assert done.facts["revisions"]["generate_story"] == NEW
    assert (CANARY, {OLD: 95, NEW: 5}) in world.looked


def test_somebody_else(world: World) -> None:
    """Where a person has moved traffic meanwhile, it stops, and what they did stays."""
    world.hooks = {2: lambda: world.split(between(OLD, NEW, 30))}
    with pytest.raises(BusyError, match="Somebody else has moved the traffic of generate_story"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 70, NEW: 30}


def test_conflict(world: World) -> None:
    """Where it is the moment between reading and moving, the etag stops it likewise."""
    world.hooks = {
        2: lambda: setattr(world.services, "fault", Fault(grpc.StatusCode.ABORTED, methods=UPDATES))
    }
    with pytest.raises(BusyError, match="somebody else has changed generate_story"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 95, NEW: 5}


def test_denied(world: World) -> None:
    """Without the right to move traffic nothing is deployed, and the role is named."""
    world.services.fault = denied("run.services.update", "generate-story", *UPDATES)
    with pytest.raises(OperationError, match=r"roles/run\.developer"):
        world.deploy(percents=STEPS)
    assert "functions" not in world.firebase.asked


def test_slow_operation(world: World) -> None:
    """A move that does not end stops the deploy, which can be gone on with."""
    world.hooks = {2: lambda: setattr(world.run.operations, "takes", None)}
    with pytest.raises(OperationError, match="has not moved within 10 s"):
        world.deploy(percents=STEPS)
    world.run.operations.takes = 0
    world.run.operations.finish()
    assert world.resume().state is State.DONE


def test_own_split_is_not_enough(world: World) -> None:
    """It is unpinned from its last step only: who moved it back to an earlier one has his way."""
    world.hooks = {4: lambda: world.split(between(OLD, NEW, 5, service(world).split.tags))}
    with pytest.raises(BusyError, match="Somebody else has moved the traffic of generate_story"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 95, NEW: 5}


@pytest.mark.parametrize("skipped", [set[str](), {"generate_story"}])
def test_deployed_meanwhile(world: World, skipped: set[str]) -> None:
    """A revision that somebody else deploys during the last look gets nothing: nobody tried it."""
    world.firebase.skipped = skipped
    world.hooks = {4: lambda: world.make("generate_story")}
    with pytest.raises(BusyError, match="nobody has tried it here"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD if skipped else NEW: 100}


def test_serves_nobody(tmp_path: Path) -> None:
    """A service whose first revision never worked is new: it is not pinned, and holds up nobody."""
    with served(tmp_path, ["generate_story"]) as world:
        world.make("store_api", problem="the container failed to start")
        done = world.deploy(percents=STEPS)
        assert done.facts["pins"] == {"generate_story": OLD}
        assert world.serving("store_api") == {STORE_NEW: 100}


def test_says_that_it_goes_on(world: World) -> None:
    """While a step is watched the lock is kept, and who lost it stops there."""
    other = Lock("other", "rollback", "bob", START, START + LEASE)
    world.on_wait = lambda: setattr(world.book, "lock", other)
    with pytest.raises(LostError):
        world.deploy(percents=STEPS)
    assert world.waited == [30.0] * 2
