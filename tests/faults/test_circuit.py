"""A model that only fails is left alone for a while, and then asked once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.endings import MODEL, Ending, Error, Kept, failed, refused, told
from tests.faults.errors import THRICE
from tests.faults.rows import SCENARIOS, answers
from tests.faults.world import World

pytestmark = pytest.mark.server

REST_SECONDS = 3
OPEN = Error("unavailable", "CIRCUIT_OPEN", {"retryAfterSec": REST_SECONDS})
RESTING = refused(OPEN, kept=Kept("FAILED", OPEN.reason, "", OPEN.retryable))


def changing(ending: Ending, shown: int, *states: str) -> Ending:
    """Return the ending of a call in which the circuit changes, its gauge by `shown`."""
    changes = Counter(f"model/circuit_changes {MODEL} {state}" for state in states)
    lines = [f"WARNING model.circuit {state}" for state in states]
    counts = {**Counter(ending.counts), **changes, f"model/circuit_state {MODEL}": shown}
    return replace(ending, counts=counts, events=_in_their_places(ending.events, lines))


def _in_their_places(events: tuple[str, ...], lines: list[str]) -> tuple[str, ...]:
    """Return the lines with those of the circuit before what an attempt's end is told with."""
    return (*events[:-3], *lines, *events[-3:]) if len(events) > 1 else (*lines, *events)


def rested(world: World, scenario: str) -> Ending:
    """Call until a model is asked again, and return how that call ended."""
    while (ending := world.play(scenario).ending).reason == OPEN.reason:
        pass
    return ending


@pytest.fixture(scope="module")
def fragile_world(make_world: MakeWorld) -> Iterator[World]:
    limits = {"OPENAI_CIRCUIT_FAILURES": "3", "OPENAI_CIRCUIT_REST_SECONDS": str(REST_SECONDS)}
    with make_world(**limits) as made:
        made.warm_up()
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_circuit_opens_and_closes(fragile_world: World, scenario: str) -> None:
    """After three failures nobody asks the model, until one probe finds it well again."""
    fragile_world.mend()
    answers(500)(fragile_world)
    opened = fragile_world.play(scenario).ending
    fragile_world.mend()
    assert opened == changing(failed(*THRICE), 2, "open")
    assert fragile_world.play(scenario).ending == RESTING
    closed = rested(fragile_world, scenario)
    assert replace(closed, asked=1) == changing(told(), -2, "half_open", "closed")
