"""SIGKILL at every step of a story: what the sweep leaves, and what the same request gets then."""

from collections.abc import Iterator

import pytest

from tests.crashes.calls import Call, reason, text
from tests.crashes.orders import DIE
from tests.crashes.scenarios import BEGINNING, SCENARIOS, Scenario
from tests.crashes.world import COST_MICROS, Database, World, world
from tests.issuer import Issuer

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, data: Database
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("crashes")
    with world(folder, issuer, data, QUOTA_STORIES_AT_ONCE="1") as mortal:
        yield mortal


@pytest.fixture
def mortal(served: World) -> World:
    served.orders.clear()
    served.database.wipe()
    served.backend.tasks.tasks.clear()
    return served


def die(mortal: World, scenario: Scenario) -> Call:
    """Play a scenario until the process is dead, and return its call."""
    call = mortal.new_call()
    scenario.prepare(mortal, call)
    mortal.orders.give(*scenario.orders)
    if not scenario.dies_later:
        mortal.orders.give(f"{DIE} {scenario.step}")
    telling = mortal.backend.model.telling(call.prompt)
    call.send(mortal.backend.url)
    scenario.meanwhile(mortal, call, telling)
    answer = call.answer()
    telling.breaks_off()
    telling.asked.set()  # what follows has tellings of its own
    assert answer is None, f"{scenario} was answered"
    assert mortal.orders.left() == []
    return call


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_process_is_killed(mortal: World, scenario: Scenario) -> None:
    """Whatever is left is swept up, and the same request ends as one story, charged once."""
    call = die(mortal, scenario)
    mortal.database.sweep()
    assert mortal.database.ledger().faults() == []
    if scenario.released is not None:
        assert mortal.story(call)["text"] == scenario.released
    assert_told_and_charged_once(mortal, call)


@pytest.mark.parametrize("swept_first", [True, False])
@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if "Outbox" in s.step], ids=str)
def test_a_task_is_delivered(mortal: World, scenario: Scenario, swept_first: bool) -> None:  # noqa: FBT001 - a case
    """What the outbox took is stored once, whether the sweep comes before it or after it."""
    call = die(mortal, scenario)
    taken = len(mortal.backend.tasks.tasks)
    if swept_first:
        mortal.database.sweep()
    mortal.deliver()
    mortal.database.sweep()
    mortal.deliver()
    assert mortal.database.ledger().faults() == []
    if taken:
        assert text(mortal.ask(call)) == BEGINNING
    assert_told_and_charged_once(mortal, call)


def assert_told_and_charged_once(mortal: World, call: Call) -> None:
    """Send the request twice, deliver and sweep again: after the first nothing moves any more."""
    first = mortal.ask(call)
    assert reason(first) is None
    after = mortal.database.ledger()
    assert after.faults() == []
    assert after.states["COMPLETED"] == after.total("stories") == 1
    assert after.total("settledMicros") == COST_MICROS
    assert text(mortal.ask(call)) == text(first)
    mortal.deliver()
    assert mortal.database.sweep().ended == 0
    assert mortal.database.ledger() == after
