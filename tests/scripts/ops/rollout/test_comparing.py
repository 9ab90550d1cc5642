"""Error rates of new and old revisions, at the steps of a canary."""

import pytest

from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.record import State
from scripts.ops.rollout.course import BEFORE
from scripts.ops.traffic.error_rates import Rate

from .world import NEW, OLD, RED, STEPS, World

WELL = {OLD: Rate(400, 4), NEW: Rate(40, 0)}
LATE = {OLD: Rate(0, 0), NEW: Rate(400, 40)}
"""At 100 % the old revision gets no calls, and the new one fails."""


def test_errors(world: World) -> None:
    """A new revision that fails more than the old one goes back."""
    world.rates = {OLD: Rate(400, 4), NEW: Rate(40, 4)}
    with pytest.raises(OperationError, match=r"new 10\.00 % of 40 calls failed") as error:
        world.deploy(percents=STEPS)
    assert error.value.exit_code == 5
    assert world.serving() == {OLD: 100}


def test_errors_of_both(world: World) -> None:
    """Where both fail alike, the deploy is not what is bad."""
    world.rates = {OLD: Rate(400, 40), NEW: Rate(40, 4)}
    assert world.deploy(percents=STEPS).state is State.DONE


def test_errors_later(world: World) -> None:
    """Near the end the old one is known by the step before, if a look finds it well now."""
    world.rates, world.hooks = WELL, {4: lambda: setattr(world, "rates", LATE)}
    with pytest.raises(OperationError, match="too many calls fail"):
        world.deploy(percents=STEPS)
    assert world.looked[4] == (BEFORE, {NEW: 100})


def test_outage_later(world: World) -> None:
    """An outage that begins when the old revision has no calls any more takes nothing back."""
    world.rates, world.hooks = WELL, {4: lambda: setattr(world, "rates", LATE)}
    world.verdicts = {5: RED}
    assert world.deploy(percents=STEPS).state is State.DONE
    assert any("the old ones fail too: A story is told: 503" in each for each in world.lines)


def test_nobody_sees_the_old_one(world: World) -> None:
    """Nor is anything taken back where the old one cannot be looked at."""
    world.rates = WELL
    world.hooks = {4: lambda: setattr(world, "rates", LATE), 5: world.blind}
    assert world.deploy(percents=STEPS).state is State.DONE


def test_too_long_ago(world: World) -> None:
    """What the old one did too long ago is not known any more."""
    world.rates, world.hooks = WELL, {4: lambda: world.sleep(LATE)}
    assert world.deploy(percents=STEPS).state is State.DONE


def test_window(world: World) -> None:
    """The calls of as long as a step is watched are counted."""
    world.deploy(percents=STEPS)
    assert {*world.windows} == {300.0}
