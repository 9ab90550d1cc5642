"""docs/procedures/breaker-open.md, followed for each of its causes."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.rows import Break, answers, slow_first_token, swallows
from tests.faults.world import PATIENCE_SECONDS, World
from tests.procedures.following import (
    MODELS,
    OTHER_MODEL,
    complaint,
    desk_of,
    found,
    story_told,
    ten_seconds_later,
)
from tests.procedures.runbook import CURE, FIND, Runbook
from tests.procedures.stack import Desk

pytestmark = pytest.mark.server

PAGE = Runbook.named("breaker-open")
FAILURES = 2  # after which the circuit opens: each cause makes as many in a call
FAULTS: dict[str, Break] = {
    "outage": answers(500),
    "slow model": slow_first_token(1.5),
    "network": swallows,
}


@pytest.fixture(scope="module")
def fragile_world(make_world: MakeWorld) -> Iterator[World]:
    limits = {
        "OPENAI_CIRCUIT_FAILURES": str(FAILURES),
        "OPENAI_CIRCUIT_REST_SECONDS": "3",
        "OPENAI_MAX_ATTEMPTS": str(FAILURES),
    }
    with make_world(**limits, **MODELS) as made:
        made.warm_up()
        yield made


@pytest.fixture
def desk(fragile_world: World) -> Iterator[Desk]:
    with desk_of(fragile_world) as made:
        yield made
        fragile_world.mend()
        until_told(fragile_world)


def until_told(world: World) -> None:
    """Call until the circuit has closed again."""
    world.backend.process.wait_for(
        lambda: story_told(world, "model-a") or None, "telling again", PATIENCE_SECONDS
    )


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS]


@pytest.mark.parametrize("cause", FAULTS)
def test_the_cause_is_found(fragile_world: World, desk: Desk, cause: str) -> None:
    """The page's commands print what its row says, and at the end that the circuit is closed."""
    FAULTS[cause](fragile_world)
    complaint(fragile_world)
    assert found(PAGE, desk.follow(PAGE)) == [cause]
    fragile_world.mend()
    until_told(fragile_world)
    assert "state=closed" in desk.do(PAGE.section(FIND).ours[0]).text


def test_another_model_tells_meanwhile(fragile_world: World, desk: Desk) -> None:
    """While one model is left alone, the knob has the other one asked."""
    answers(500, match={"model": "model-a"})(fragile_world)
    complaint(fragile_world)
    assert "state=open" in desk.follow(PAGE)
    desk.do(PAGE.section(CURE).ours[0])
    ten_seconds_later(fragile_world)
    assert story_told(fragile_world, OTHER_MODEL)
    desk.do("scripts/config set -P production --unset models --reason 'the end'")
    ten_seconds_later(fragile_world)
