"""`scripts/rollback` given a second time, or after a deploy since."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scripts.ops.operations.outcome import Report

from .going_back.world import (
    DONE,
    GREEN,
    RED,
    REFUSED,
    STORE,
    STORES,
    STORIES,
    World,
    world_in,
)

OLDEST, OLDER, NEWEST = STORIES


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def test_given_again(world: World) -> None:
    """A second time does nothing: it does not go back further."""
    world.go()
    assert world.go() == DONE
    assert "There already" in world.told()
    assert world.serving() == {OLDER: 100}
    assert len(world.validated) == 1


def test_so_soon_again(world: World) -> None:
    """Within half an hour nothing goes back by itself where somebody has moved on since."""
    world.go()
    world.cloud.meddle(OLDEST)
    assert world.go() == REFUSED
    assert "less than half an hour ago, and it is not so any more" in world.refused()
    assert world.serving() == {OLDEST: 100}


def test_so_soon_again_by_name(world: World) -> None:
    """Whoever names the revision goes further back at once."""
    world.go()
    assert world.go("--to", OLDEST) == DONE
    assert world.serving() == {OLDEST: 100}
    assert {NEWEST, OLDER} <= {*world.book.kept}


def test_later_again(world: World) -> None:
    """After half an hour it goes back to the one before, never to what is quarantined."""
    world.go()
    world.cloud.wait(3600)
    assert world.go() == DONE
    assert (world.serving(), world.serving(STORE)) == ({OLDEST: 100}, {STORES[0]: 100})


def test_another_function_right_after(world: World) -> None:
    """The half hour is a function's own."""
    world.go("--function", "generate_story")
    assert world.go("--function", STORE) == DONE
    assert world.serving(STORE) == {STORES[1]: 100}


def test_a_part_and_then_the_whole(world: World) -> None:
    """The rest may follow at once, to the same revision."""
    world.go("--percent", "50")
    assert world.go("--percent", "50") == DONE
    assert "There already" in world.told()
    assert world.go() == DONE
    assert world.serving() == {OLDER: 100}


def test_not_well_and_given_again(world: World) -> None:
    """All is moved: given again it does nothing, and says that it was not well."""
    world.verdict = RED
    world.go()
    assert world.go() == DONE
    assert "There already" in (told := world.told())
    assert "was not well then: scripts/validate tells how it is now" in told
    assert len(world.validated) == 1


@pytest.mark.parametrize("verdict", [RED, GREEN])
def test_a_fix_that_is_bad_too(world: World, verdict: Report) -> None:
    """Whatever became of the rollback before, what was deployed since can be gone back from."""
    world.verdict = verdict
    world.go()
    world.verdict = GREEN
    world.release()
    now = world.cloud.now
    world.deploy()
    world.cloud.now = now + timedelta(minutes=10)
    assert world.go() == DONE
    assert world.serving() == {OLDER: 100}
