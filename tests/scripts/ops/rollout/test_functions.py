"""The functions' part of a deploy: noted, deployed, and held where they were pinned."""

import pytest

from scripts.ops.operations.errors import BusyError, OperationError
from scripts.ops.operations.lock import GRACE, LEASE
from scripts.ops.operations.record import State
from scripts.ops.rollout import firebase
from scripts.ops.rollout.waiting import SIGN_OF_LIFE
from scripts.ops.traffic.clients import SECONDS
from scripts.ops.traffic.moving import Patience
from scripts.ops.traffic.split import all_on, between, follows_latest

from .world import NEW, OLD, STEPS, STORE_OLD, World


def test_pin_not_held(world: World) -> None:
    """Where the deploy moves traffic in spite of the pin, it is sent back at once."""
    world.firebase.meddle = lambda: world.split(follows_latest())
    with pytest.raises(OperationError, match="did not keep the pin of generate_story") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 4
    assert world.serving() == {OLD: 100}


def test_half_done(world: World) -> None:
    """Where some functions failed, all traffic stays where it was pinned."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError, match="stays where it was pinned"):
        world.deploy(percents=STEPS)
    assert (world.serving(), world.serving("store_api")) == ({OLD: 100}, {STORE_OLD: 100})


def test_half_done_resumed(world: World) -> None:
    """To go on deploys the rest, and goes through the canary with all of them."""
    world.firebase.broken = {"store_api": "the container failed to start"}
    with pytest.raises(OperationError):
        world.deploy(percents=STEPS)
    world.firebase.broken = {}
    done = world.resume()
    assert world.firebase.asked[2:] == ["functions:store_api", "hosting"]
    assert done.state is State.DONE
    assert world.serving("store_api") == {"store-api-00003-loc": 100}


def test_pin_partly_lost(world: World) -> None:
    """A pin that was lost for one call in a hundred is lost."""
    world.firebase.meddle = lambda: world.split(between(OLD, NEW, 1))
    with pytest.raises(OperationError, match="did not keep the pin of generate_story"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 100}


@pytest.mark.parametrize("error", [OperationError("firebase took longer"), KeyboardInterrupt()])
def test_broken_off(world: World, error: BaseException) -> None:
    """Where firebase is broken off, the pins are seen to all the same."""

    def meddle() -> None:
        world.split(follows_latest())
        raise error

    world.firebase.meddle = meddle
    with pytest.raises(OperationError, match=f"{error} ?The deploy did not keep the pin"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 100}


def test_broken_off_in_peace(world: World) -> None:
    """Where they held, what broke it off is raised on; who goes on deploys the rest by name."""
    world.firebase.skipped = {"store_api"}
    world.firebase.meddle = interrupted
    with pytest.raises(KeyboardInterrupt):
        world.deploy(percents=STEPS)
    world.firebase.skipped, world.firebase.meddle = set(), lambda: None
    world.resume()
    assert world.firebase.asked[2:] == ["functions:store_api", "hosting"]


def test_split_meanwhile(world: World) -> None:
    """What somebody has split while rules and indexes were deployed is never pinned over."""
    world.make("generate_story")
    world.building = [["stories (a, b)"]]
    world.on_wait = lambda: world.split(between(OLD, NEW, 30))
    with pytest.raises(BusyError, match=r"since the plan was made.*a canary is half way"):
        world.deploy(percents=STEPS)
    assert world.serving() == {OLD: 70, NEW: 30}
    assert world.firebase.asked == ["firestore"]


def test_pinned_meanwhile(world: World) -> None:
    """Nor is a pin, that came after the plan, passed over without a word."""
    world.split(all_on(OLD))
    with pytest.raises(BusyError, match=r"00001-loc serves 100 %.*--unpin"):
        world.deploy()
    assert world.firebase.asked == ["firestore"]


def test_lease() -> None:
    """The lock outlasts whatever gives no sign of life.

    firebase is preceded by one and followed by one, each move by one, and watching has its own.
    """
    lease = LEASE.total_seconds()
    assert lease > firebase.SECONDS + 2 * SECONDS
    assert Patience().seconds + 4 * SECONDS < lease
    assert lease > SIGN_OF_LIFE
    assert GRACE.total_seconds() > 0


def interrupted() -> None:
    raise KeyboardInterrupt
