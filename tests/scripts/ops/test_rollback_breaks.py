"""`scripts/rollback` where it breaks off on the way, or somebody else is at it."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from scripts.local.standins.server import Fault
from scripts.ops.operations.ending import INTERRUPTED
from scripts.ops.operations.record import State

from .going_back.world import (
    BUSY,
    DONE,
    NOT_DONE,
    REFUSED,
    STORE,
    STORES,
    STORIES,
    KilledError,
    World,
    world_in,
)

OLDEST, OLDER, NEWEST = STORIES
UPDATE = frozenset({"UpdateService"})


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def test_half_done(world: World) -> None:
    """The second service's move fails: it says what moved, what not, and how to go on."""
    world.cloud.services.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, every=2, methods=UPDATE)
    assert world.go() == NOT_DONE
    told = world.refused()
    assert "Moved: generate_story. Not moved, or not known to be: store_api." in told
    assert "  scripts/rollback staging --yes --reason 'stories end in the middle'" in told
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[2]: 100})
    assert (world.record().state, world.validated) == (State.STOPPED, [])


def test_half_done_and_given_again(world: World) -> None:
    """It goes on with what is left, and does not take the first one further back."""
    world.cloud.services.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, every=2, methods=UPDATE)
    world.go()
    world.cloud.services.fault = None
    first = world.record().id
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[1]: 100})
    assert world.record().facts["goes_on"] == first
    assert {*world.book.kept} == {NEWEST, STORES[2]}


@pytest.mark.parametrize("lives", range(1, 8))
def test_killed_and_given_again(world: World, lives: int) -> None:
    """Wherever the process dies, whoever takes its place comes to the same end."""
    world.book.lives = lives
    with pytest.raises(KilledError):
        world.go()
    world.book.lives = 1000
    assert world.go() == BUSY
    assert world.go("--take-over") == DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[1]: 100})
    assert {*world.book.kept} == {NEWEST, STORES[2]}
    assert world.book.lock is None


def test_somebody_else_at_work(world: World) -> None:
    """A deploy that goes on is waited for: nothing is done beside it."""
    world.book.lock = world.lock("deploy")
    assert world.go() == BUSY
    assert "deploy theirs by bob@example.com" in world.refused()
    assert world.serving() == {NEWEST: 100}


def test_taken_over(world: World) -> None:
    """Who takes its place goes back at once, and the other's hold is gone."""
    world.book.lock = world.lock("deploy")
    assert world.go("--take-over") == DONE
    assert world.serving() == {OLDER: 100}
    assert world.book.lock is None


def test_lost_to_somebody(world: World) -> None:
    """Whose place was taken stops before the next step, and frees nothing that is not its own."""
    theirs = world.lock("rollback")
    world.book.when_taken = lambda: setattr(world.book, "lock", theirs)
    assert world.go() == BUSY
    assert (world.serving(), world.book.lock) == ({NEWEST: 100}, theirs)


def test_a_lost_answer(world: World) -> None:
    """A move that took effect counts, whatever became of its answer."""
    world.cloud.services.fault = Fault(
        grpc.StatusCode.UNAVAILABLE, lost_answer=True, methods=UPDATE
    )
    assert world.go() == DONE
    assert world.serving() == {OLDER: 100}


def test_time_is_up(world: World) -> None:
    """A move that takes too long is told with what holds; given again it goes on."""
    world.cloud.run.operations.takes = None
    assert world.go() == NOT_DONE
    assert "has not moved within 60 s" in world.refused()
    world.cloud.run.operations.takes = 0
    world.cloud.run.operations.finish()
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[1]: 100})


def test_interrupted(world: World) -> None:
    """Ctrl-C while it validates leaves the traffic moved, and the lock free; it can go on."""
    world.breaks = KeyboardInterrupt
    assert world.go() == INTERRUPTED
    assert (world.record().state, world.book.lock) == (State.STOPPED, None)
    world.breaks = None
    assert world.go() == DONE
    assert world.serving() == {OLDER: 100}


def test_nobody_can_look(world: World) -> None:
    """Where it cannot be validated people are told, and it is said what is not known."""
    world.breaks = world.cannot_look
    assert world.go() == NOT_DONE
    assert "Whether the service is well is not known: nobody answers" in world.refused()
    assert (world.serving(), world.announced) == ({OLDER: 100}, ["told"])


def test_a_service_that_is_gone(world: World) -> None:
    """Cloud Run cannot be read: nothing is done, and it says whom to ask."""
    world.deny()
    assert world.go() == NOT_DONE
    assert "roles/run.viewer" in world.refused()
    assert world.validated == []


def test_moved_on_while_it_was_half_done(world: World) -> None:
    """What cannot be gone on with is refused with the way out, and blocks nobody who names one."""
    world.cloud.services.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, every=2, methods=UPDATE)
    world.go()
    world.cloud.services.fault = None
    world.cloud.meddle(STORES[0], STORE)
    assert world.go() == REFUSED
    assert "names the revision with --to" in world.refused()
    assert world.go("--to", STORES[1]) == DONE


@pytest.mark.parametrize("lives", [2, 3, 5])
def test_the_book_dies(world: World, lives: int) -> None:
    """Once it has begun all is moved, validated and told, whatever becomes of the book."""
    world.book.dies_after = lives
    assert world.go() == NOT_DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDER: 100}, {STORES[1]: 100})
    assert (world.validated, world.announced) == ([""], ["told"])


def test_nothing_could_be_quarantined(world: World) -> None:
    """It says which revisions a deploy may serve again; given again they are quarantined."""
    world.book.dies_after = 2
    world.go()
    told = world.refused()
    assert f"Not quarantined, so that a deploy may serve it again: {NEWEST}, {STORES[2]}" in told
    world.book.dies_after = 1000
    world.book.lock = None
    assert world.go() == DONE
    assert {*world.book.kept} == {NEWEST, STORES[2]}


def test_the_book_is_dead_from_the_begin(world: World) -> None:
    """What would be moved cannot be written down, so that nothing is."""
    world.book.dies_after = 1
    assert world.go() == NOT_DONE
    assert world.serving() == {NEWEST: 100}


def test_the_lock_is_kept_meanwhile(world: World) -> None:
    """Who looks for long says that it goes on, and stops where its place was taken."""
    world.takes_place = True
    assert world.go() == BUSY
    assert (world.serving(), world.announced) == ({OLDER: 100}, [])
    assert "validation" not in world.record().facts
