"""A model that only fails is left alone for a while, and then asked once."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.endings import MODEL, Ending, Error, failed, refused, told
from tests.faults.errors import THRICE
from tests.faults.rows import SCENARIOS, answers
from tests.faults.world import World

pytestmark = pytest.mark.server

REST_SECONDS = 2
OPEN = Error("unavailable", "CIRCUIT_OPEN", {"retryAfterSec": REST_SECONDS})


def changing(ending: Ending, *states: str) -> Ending:
    """Return the ending of a call in which the circuit changes its state."""
    changes = Counter(f"model/circuit_changes {MODEL} {state}" for state in states)
    return replace(ending, counts=Counter(ending.counts) + changes)


def rested(world: World, scenario: str) -> Ending:
    """Call until a model is asked again, and return how that call ended."""
    while (ending := world.play(scenario).ending).reason == OPEN.reason:
        pass
    return ending


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_circuit_opens_and_closes(make_world: MakeWorld, scenario: str) -> None:
    """After three failures nobody asks the model, until one probe finds it well again."""
    limits = {"OPENAI_CIRCUIT_FAILURES": "3", "OPENAI_CIRCUIT_REST_SECONDS": str(REST_SECONDS)}
    with make_world(**limits) as world:
        world.warm_up()
        answers(500)(world)
        opened = world.play(scenario).ending
        assert opened.counts == changing(failed(*THRICE), "open").counts
        world.mend()
        assert world.play(scenario).ending == refused(OPEN)
        closed = rested(world, scenario)
        assert closed.counts == changing(told(), "half_open", "closed").counts
