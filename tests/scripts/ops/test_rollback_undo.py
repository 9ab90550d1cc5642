"""`scripts/rollback` of a deploy that is half done: nothing goes further back than before it."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from scripts.local.standins.server import Fault
from scripts.ops.operations.record import State
from tests.scripts.ops.traffic.cloud import state_of

from .going_back.half_deployed import canary, without_canary
from .going_back.world import (
    BUSY,
    DONE,
    NOT_DONE,
    REFUSED,
    STORE,
    STORES,
    STORIES,
    World,
    world_in,
)

_, OLDER, NEWEST = STORIES
TRIED, STORE_TRIED = "generate-story-00004-loc", "store-api-00004-loc"


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def tags(world: World) -> dict[str, str]:
    with world.cloud.platform() as platform:
        return dict(state_of(platform, "generate_story").split.tags)


@pytest.mark.parametrize("percent", [0, 5, 100])
@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED, State.RUNNING])
def test_a_canary(world: World, percent: int, state: State) -> None:
    """What was pinned has all, the new ones are quarantined alone, and their tag is gone."""
    canary(world, percent, state)
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({NEWEST: 100}, {STORES[2]: 100})
    assert ({*world.book.kept}, tags(world)) == ({TRIED, STORE_TRIED}, {})


def test_shown(world: World) -> None:
    """Without --yes it says which deploy is undone, and how."""
    record = canary(world)
    assert world.run() == DONE
    told = world.told()
    assert f"those of {record.id} by ada@example.com, which is half done (stopped)" in told
    assert f"to   {NEWEST} 100 %" in told
    assert "its tag canary is taken away" in told
    assert f"{TRIED}, which that deploy made, is quarantined" in told
    assert (tags(world), world.book.kept) == ({"canary": TRIED}, {})


def test_before_it_was_tagged(world: World) -> None:
    """Where all traffic is right already the new ones are still quarantined, once."""
    canary(world)
    with world.cloud.platform() as platform:
        for name in ("generate_story", STORE):
            state = state_of(platform, name)
            platform.move(state, state.split.untagged("canary"))
    assert world.go() == DONE
    assert {*world.book.kept} == {TRIED, STORE_TRIED}
    assert world.go() == DONE
    assert "There already" in world.told()


def test_given_again(world: World) -> None:
    """A second time goes no further back."""
    canary(world, 5)
    world.go()
    assert world.go() == DONE
    assert "There already" in world.told()
    assert world.serving() == {NEWEST: 100}


def test_cut_off_and_given_again(world: World) -> None:
    """What was half undone is gone on with."""
    canary(world, 5)
    denied = grpc.StatusCode.PERMISSION_DENIED
    world.cloud.services.fault = Fault(denied, every=2, methods=frozenset({"UpdateService"}))
    assert world.go() == NOT_DONE
    world.cloud.services.fault = None
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({NEWEST: 100}, {STORES[2]: 100})


def test_one_function_and_then_the_rest(world: World) -> None:
    """What is undone already is left alone."""
    canary(world, 5)
    assert world.go("--function", "generate_story") == DONE
    assert (world.serving(), world.serving(STORE)) == (
        {NEWEST: 100},
        {STORES[2]: 95, STORE_TRIED: 5},
    )
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({NEWEST: 100}, {STORES[2]: 100})


def test_a_part_of_it(world: World) -> None:
    """A percentage of what is half done is refused: nobody could tell what it is of."""
    canary(world, 5)
    assert world.go("--percent", "50") == REFUSED
    assert "it is undone as a whole" in world.refused()


def test_by_name(world: World) -> None:
    """Who names a revision gets that one."""
    canary(world, 5)
    assert world.go("--to", OLDER) == DONE
    assert world.serving() == {OLDER: 100}


def test_without_a_canary(world: World) -> None:
    """What has a new revision goes back to the one before, and the others stay."""
    without_canary(world, "generate_story")
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({NEWEST: 100}, {STORES[2]: 100})
    assert {*world.book.kept} == {TRIED}


def test_nothing_was_deployed_yet(world: World) -> None:
    """Where no function has a new revision nothing goes back, and the way further is told."""
    without_canary(world)
    assert world.go() == DONE
    assert "has brought nothing new. Whoever goes further back names the" in world.told()
    assert world.serving() == {NEWEST: 100}


def test_it_goes_on(world: World) -> None:
    """A deploy that is at work is waited for, or its place is taken."""
    canary(world, 5, State.RUNNING)
    world.book.lock = world.lock("deploy")
    assert world.go() == BUSY
    assert world.go("--take-over") == DONE
    assert world.serving() == {NEWEST: 100}


def test_another_deploy_since(world: World) -> None:
    """Once another deploy has come to its end, that one's revisions are gone back from."""
    canary(world)
    world.release()
    world.deploy()
    assert world.go() == DONE
    assert world.serving() == {TRIED: 100}
