"""The gate before a publication: what closes it, and who hears of that."""

import json
from dataclasses import replace

import pytest

from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import Progress, Verification
from conteur.domain.store.publication import Blocked, Published
from conteur.errors import GatingUnavailableError
from conteur.telemetry.store_metrics import GATING_BLOCKS
from tests.store_world import CORRELATION, STORES, TERMS, StoreWorld, done

BLOCKED = EventType.GATING_BLOCKED


def test_public_before_the_gate_closed(ready: StoreWorld) -> None:
    """A store that is public is told so whatever has become required since."""
    ready.publish()
    ready.database.add_steps(replace(TERMS, version=2))
    outcome = ready.publish().outcome
    assert isinstance(outcome, Published)
    assert outcome.already


def test_the_gate(world: StoreWorld) -> None:
    """A store whose author has steps left stays private, and all of them are named in order."""
    world.database.add_progress("alice", "email", done())
    outcome = world.publish().outcome
    assert isinstance(outcome, Blocked)
    assert [step.id for step in outcome.requirements.currently_due] == ["payments", "terms"]
    assert world.store() == STORES["alice"]


def test_a_block_is_recorded(world: StoreWorld) -> None:
    """The event that tells of a block is kept, with the steps and the correlation id."""
    world.publish()
    event = world.last_event()
    assert (event.type, event.step, event.version) == (BLOCKED, "email", 1)
    assert event.metadata == {"missingSteps": ["email", "payments", "terms"]}
    assert event.correlation_id == CORRELATION


def test_a_block_is_told_once(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """A block is logged and counted once a request, however many attempts it took."""
    world.database.lose_commit()
    world.publish()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    blocks = [line for line in lines if line["event"] == "Gating check blocked"]
    assert [line["missingStep"] for line in blocks] == ["email"]
    assert world.counted(GATING_BLOCKS) == {("email",): 1}


@pytest.mark.parametrize(
    "progress",
    [
        Progress(1, verification=Verification.PENDING),
        Progress(1, snooze_count=3),
        done(version=2),
    ],
)
def test_what_is_not_done(ready: StoreWorld, progress: Progress) -> None:
    """A step that is checked, put off, or done in another version keeps the gate closed."""
    ready.database.add_progress("alice", "payments", progress)
    assert isinstance(ready.publish().outcome, Blocked)


def test_the_check_fails(ready: StoreWorld) -> None:
    """Where nobody can say what is required, nothing is published: closed, not open."""
    ready.database.break_steps("terms")
    with pytest.raises(GatingUnavailableError):
        ready.publish()
    assert (ready.store(), ready.events()) == (STORES["alice"], [])


def test_no_step_at_all(world: StoreWorld) -> None:
    """A gate whose steps are gone is closed, not open."""
    world.database.tables.steps.clear()
    with pytest.raises(GatingUnavailableError, match="no step"):
        world.publish()
    assert world.store() == STORES["alice"]
