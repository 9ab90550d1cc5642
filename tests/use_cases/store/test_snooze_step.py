"""A step is put off three times at most, and the gate does not care."""

from datetime import timedelta

import pytest

from conteur.domain.store.events import EventType
from conteur.errors import SnoozeLimitError, StepNotFoundError
from tests.store_world import CORRELATION, SNOOZE, StoreWorld, done, key

SNOOZED = EventType.STEP_SNOOZED


def test_a_step_is_put_off(world: StoreWorld) -> None:
    """A step that is put off says until when, and its event is kept."""
    world.snooze("theme", days=3)
    progress = world.progress("theme")
    until = world.clock.now() + timedelta(days=3)
    assert (progress.snooze_until, progress.snooze_count) == (until, 1)
    event = world.last_event()
    assert (event.type, event.step, event.correlation_id) == (SNOOZED, "theme", CORRELATION)


def test_a_required_step(world: StoreWorld) -> None:
    """A required step that was put off is required as before, a provider's too."""
    before = world.status().requirements
    for step in ("terms", "payments"):
        world.snooze(step)
    assert world.status().requirements == before


def test_the_fourth_time(world: StoreWorld) -> None:
    """A step is put off three times, and a fourth request changes nothing."""
    for _ in range(3):
        world.snooze("theme")
        world.clock.advance(1)
    with pytest.raises(SnoozeLimitError):
        world.snooze("theme")
    assert (world.progress("theme").snooze_count, world.events()) == (3, [SNOOZED] * 3)


def test_a_done_step(world: StoreWorld) -> None:
    """A step that is done is not put off."""
    world.database.add_progress("alice", "theme", done())
    with pytest.raises(SnoozeLimitError):
        world.snooze("theme")


def test_another_market(world: StoreWorld) -> None:
    """A step of another market is not there."""
    with pytest.raises(StepNotFoundError):
        world.snooze("impressum")


def test_a_lost_commit(world: StoreWorld) -> None:
    """A commit that nobody acknowledged puts the step off once."""
    world.database.lose_commit()
    world.snooze("theme")
    assert (world.progress("theme").snooze_count, world.events()) == (1, [SNOOZED])


def test_a_repeated_key(world: StoreWorld) -> None:
    """The same key puts the step off once."""
    world.snooze("theme", ask=world.ask(SNOOZE, idempotency=key()))
    world.clock.advance(1)
    assert world.snooze("theme", ask=world.ask(SNOOZE, idempotency=key())).replayed
    assert world.progress("theme").snooze_count == 1
