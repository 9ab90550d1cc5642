"""What a half-done deploy has made of the services, as deploys themselves write it down."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.ops.going_back.before import facts
from scripts.ops.going_back.undoing import Back, back_of, half_done
from scripts.ops.going_back.wish import Move
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.record import Kind, Record, State
from tests.scripts.ops.operations.made_up import a_record
from tests.scripts.ops.rollout.world import NEW, OLD, STORE_OLD, World
from tests.scripts.ops.rollout.world import world as served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path) as its:
        yield its


def stopped(world: World, *percents: int) -> Record:
    """Deploy with a store that does not start, and return the record."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError):
        world.deploy(percents=percents)
    assert world.last is not None
    return world.last


def back(world: World, record: Record, function: str) -> Back | None:
    state = world.platform.service(function)
    assert state is not None
    return back_of(record, state)


def test_a_canary(world: World) -> None:
    """All that was pinned goes back to its pin, also what has no new revision."""
    record = stopped(world, 50, 100)
    assert back(world, record, "generate_story") == Back(OLD, NEW)
    assert back(world, record, "store_api") == Back(STORE_OLD, "")


def test_without_a_canary(world: World) -> None:
    """What has a new revision goes back to what served; the rest is not touched."""
    record = stopped(world)
    assert back(world, record, "generate_story") == Back(OLD, NEW)
    assert back(world, record, "store_api") is None


def test_killed_before_it_looked(world: World) -> None:
    """A new revision that serves is known by what was newest before."""
    record = stopped(world)
    killed = replace(record, facts={**record.facts, "revisions": {}})
    assert back(world, killed, "generate_story") == Back(OLD, NEW)
    assert back(world, killed, "store_api") is None


def test_a_function_that_came_with_it(world: World) -> None:
    """Nothing served before it."""
    record = stopped(world)
    first = replace(record, facts={**record.facts, "previous": {}, "latest": {}})
    assert back(world, first, "generate_story") == Back("", NEW)


def test_what_is_half_done(world: World) -> None:
    """It is the newest deploy that moved traffic, where it came to no end."""
    record = stopped(world)
    found = half_done([a_record(2), record])
    assert found
    assert (found.record, found.functions) == (record, ("generate_story", "store_api"))
    assert half_done([record.over(State.DONE, record.began)]) is None
    assert half_done([record.over(State.WENT_BACK, record.began)]) is None
    assert half_done([a_record(2)]) is None


def test_what_was_moved_back_since(world: World) -> None:
    """A rollback since has undone its functions; one that turned a knob off has not."""
    record = stopped(world)
    rollback = a_record(900, Kind.ROLLBACK)
    move = Move("generate_story", NEW, OLD, 100, (NEW,))
    found = half_done([rollback.with_facts(**facts([move], "")), rollback, record])
    assert found
    assert found.functions == ("store_api",)
