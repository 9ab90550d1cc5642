"""Going back by itself, against the stand-in for Cloud Run."""

import pytest

from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.operations.record import State
from scripts.ops.rollout.course import BEFORE
from scripts.ops.traffic.split import CANARY, between, follows_latest

from .world import NEW, OLD, RED, STEPS, STORE_NEW, STORE_OLD, World


@pytest.mark.parametrize("look", [1, 2, 3, 4, 5])
def test_not_valid(world: World, look: int) -> None:
    """A bad validate at any step sends all traffic back."""
    world.verdicts = {look: RED}
    with pytest.raises(OperationError, match="A story is told: 503") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 5
    assert (world.serving(), world.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})


def test_gone_back(world: World) -> None:
    """What went back is in quarantine, announced, and the old revision is validated."""
    world.verdicts = {2: RED}
    with pytest.raises(OperationError, match="What serves again: well"):
        world.deploy(percents=STEPS)
    assert set(world.book.quarantined()) == {NEW, STORE_NEW}
    assert world.announced == 1
    assert world.looked[-1] == ("", {OLD: 100})
    assert world.last is not None
    assert world.last.state is State.WENT_BACK


def test_not_announced(world: World) -> None:
    """That nobody could be told keeps nothing from going back."""
    world.verdicts, world.announcing = {2: RED}, OperationError("no right")
    with pytest.raises(OperationError, match="The new revisions are bad"):
        world.deploy(percents=STEPS)
    assert "Announce it: nobody was told, for it failed: no right" in world.lines


def test_unchanged_back(world: World) -> None:
    """A function without a new revision gets back the traffic that it had: it is not pinned."""
    world.firebase.skipped, world.verdicts = {"store_api"}, {2: RED}
    with pytest.raises(OperationError, match="The new revisions are bad"):
        world.deploy(percents=STEPS)
    state = world.platform.service("store_api")
    assert state is not None
    assert state.split == follows_latest()
    assert set(world.book.quarantined()) == {NEW}


def test_both_bad(world: World) -> None:
    """Where the old revision fails too, that is said: nothing is held against the new one."""
    world.verdicts = {2: RED, 3: RED}
    with pytest.raises(OperationError, match="it fails too"):
        world.deploy(percents=STEPS)
    assert (world.serving(), world.book.quarantined()) == ({OLD: 100}, {})


def test_not_back(world: World) -> None:
    """Going back leaves what a person has moved, and sends back all the rest."""
    world.verdicts = {2: RED}
    world.hooks = {2: lambda: world.split(between(OLD, NEW, 30))}
    with pytest.raises(BusyError, match="All others are back"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 70, NEW: 30}
    assert world.serving("store_api") == {STORE_OLD: 100}


def test_back_resumed(world: World) -> None:
    """Going back that was cut off is gone on with."""
    world.verdicts = {2: RED}
    world.hooks = {2: lambda: world.split(between(OLD, NEW, 30))}
    with pytest.raises(BusyError):
        world.deploy(percents=STEPS)
    world.split(between(OLD, NEW, 50, {CANARY: NEW, BEFORE: OLD}))
    with pytest.raises(OperationError, match="The new revisions are bad"):
        world.resume()
    assert world.serving() == {OLD: 100}


def test_without_the_book(world: World) -> None:
    """Users come first: it goes back although nothing can be written down, and says so."""
    world.verdicts, world.hooks = {3: RED}, {3: lambda: setattr(world.book, "down", True)}
    with pytest.raises(OperationError, match="Quarantine: not written down") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 5
    assert (world.serving(), world.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})
    assert world.announced == 1


def test_without_the_book_resumed(world: World) -> None:
    """Who goes on then, the reasons being lost, finds all traffic back, and leaves it there."""
    world.verdicts, world.hooks = {3: RED}, {3: lambda: setattr(world.book, "down", True)}
    with pytest.raises(OperationError):
        world.deploy(percents=STEPS)
    world.book.down = False
    world.last = world.book.find("20261123-090001-deploy-4f2a")
    with pytest.raises(OperationError):
        world.resume()
    assert world.serving() == {OLD: 100}


@pytest.mark.parametrize("look", [2, 3, 4])
def test_blind(world: World, look: int) -> None:
    """Once users are shifted, a look that could not be had sends them back; nothing is blamed."""
    world.hooks = {look: world.blind}
    with pytest.raises(OperationError, match="nobody could look at them: no sign-in") as error:
        world.deploy(percents=STEPS)
    assert (error.value.exit_code, world.serving()) == (5, {OLD: 100})
    assert world.book.quarantined() == {}


def test_blind_at_none(world: World) -> None:
    """At 0 % it stops, with everything pinned, and can be gone on with."""
    world.hooks = {1: world.blind}
    with pytest.raises(OperationError, match="Nothing was shifted: all traffic stays pinned"):
        world.deploy(percents=STEPS)
    assert (world.serving(), world.announced) == ({OLD: 100}, 0)
    assert world.resume().state is State.DONE


@pytest.mark.parametrize("look", [1, 2, 4])
def test_broken_off(world: World, look: int) -> None:
    """Whatever breaks this program off sends the traffic back, and is raised on."""
    world.hooks = {look: world.break_off}
    with pytest.raises(KeyError) as error:
        world.deploy(percents=STEPS)
    assert (world.serving(), world.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})
    assert "All traffic is back" in error.value.__notes__[0]


def test_broken_off_resumed(world: World) -> None:
    """Who goes on then ends it: the old revision is validated, and people are told."""
    world.hooks = {2: world.break_off}
    with pytest.raises(KeyError):
        world.deploy(percents=STEPS)
    with pytest.raises(OperationError, match="this program broke off: KeyError: 'odd'") as error:
        world.resume()
    assert (error.value.exit_code, world.announced, world.book.quarantined()) == (5, 1, {})


def test_one_cannot_be_moved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one service cannot be sent back, all others are, and that is said."""
    read = world.platform.service
    gone = lambda name: None if name == "generate_story" else read(name)  # noqa: E731 - of one line
    world.verdicts = {2: RED}
    world.hooks = {2: lambda: monkeypatch.setattr(world.platform, "service", gone)}
    with pytest.raises(OperationError, match=r"is gone: .* All others are back"):
        world.deploy(percents=STEPS)
    assert world.serving("store_api") == {STORE_OLD: 100}


def test_untried_when_back(world: World) -> None:
    """A function that was left alone is pinned where somebody has deployed another one of it."""
    world.firebase.skipped, world.verdicts = {"store_api"}, {2: RED}
    world.hooks = {2: lambda: world.make("store_api")}
    with pytest.raises(OperationError, match="The new revisions are bad"):
        world.deploy(percents=STEPS)
    assert world.serving("store_api") == {STORE_OLD: 100}
