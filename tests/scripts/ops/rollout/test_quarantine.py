"""Revisions in quarantine, on the way of a deploy."""

import pytest

from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.record import State
from scripts.ops.traffic.split import all_on

from .world import NEW, OLD, START, STEPS, STORE_OLD, World


@pytest.fixture
def bad(world: World) -> World:
    """Return a world whose newest revision of one function is in quarantine, and stays newest."""
    world.deploy()
    world.split(all_on(OLD))
    world.split(all_on(STORE_OLD), "store_api")
    world.firebase.skipped = {"generate_story"}
    world.book.quarantine(Quarantined(NEW, "it failed", "ada", START))
    return world


def test_not_tried(bad: World) -> None:
    """It is not tried, its siblings are not blamed, and nobody is told that it went back."""
    with pytest.raises(OperationError, match=r"in quarantine \(it failed\)") as error:
        bad.deploy(percents=STEPS)
    assert (error.value.exit_code, bad.announced) == (4, 0)
    assert {*bad.book.quarantined()} == {NEW}
    assert (bad.serving(), bad.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})


def test_trusted(bad: World) -> None:
    """The way to trust it again is named, and leads on."""
    with pytest.raises(OperationError, match=f"scripts/rollback production --trust {NEW}"):
        bad.deploy(percents=STEPS)
    bad.book.trust(NEW)
    assert bad.resume().state is State.DONE
    assert bad.serving() == {NEW: 100}


def test_unpinned(bad: World) -> None:
    """Nor is an earlier pin ended for it."""
    bad.firebase.skipped = {"generate_story", "store_api"}
    with pytest.raises(OperationError, match=f"--trust {NEW}"):
        bad.deploy(unpin=True)
    assert bad.serving() == {OLD: 100}
