"""A person completes the steps that a person may, once, in the version that counts."""

from dataclasses import replace

import pytest

from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import Progress
from conteur.errors import (
    AuthorBlockedError,
    DatabaseUnavailableError,
    GatingUnavailableError,
    IdempotencyKeyReusedError,
    ProviderOnlyError,
    StepNotFoundError,
    UnknownAuthorError,
)
from tests.store_world import (
    ALICE,
    BREAK,
    COMPLETE,
    CORRELATION,
    TERMS,
    THEME,
    StoreWorld,
    done,
    key,
)

COMPLETED = EventType.STEP_COMPLETED


def test_a_step_is_completed(world: StoreWorld) -> None:
    """A step that a person completes is done from now on, and its event is kept."""
    assert "done" in world.complete("terms").body
    progress = world.progress("terms")
    assert (progress.completed_by, progress.completed_at) == ("person", world.clock.now())
    event = world.last_event()
    assert (event.type, event.step, event.version) == (COMPLETED, "terms", 1)
    assert (event.author_id, event.correlation_id) == ("alice", CORRELATION)


def test_the_last_step_opens_the_gate(world: StoreWorld) -> None:
    """Once the last required step is done the store can be published."""
    for step in ("email", "payments"):
        world.database.add_progress("alice", step, done())
    assert world.publish().answer.status == 409
    world.complete("terms")
    assert world.publish().answer.status == 200


def test_completed_again(world: StoreWorld) -> None:
    """A step that is done keeps its time, and nothing more is recorded."""
    first = world.complete("terms")
    world.clock.advance(60)
    assert world.complete("terms") == first
    assert (world.events(), world.progress("terms").row_version) == ([COMPLETED], 2)


def test_a_new_version(world: StoreWorld) -> None:
    """A step is completed for the version that counts now, in the row that is there."""
    world.complete("terms")
    world.database.add_steps(replace(TERMS, version=2))
    world.clock.advance(60)
    world.complete("terms")
    progress = world.progress("terms")
    assert (progress.version, progress.completed_at) == (2, world.clock.now())
    assert world.last_event().version == 2


@pytest.mark.parametrize("step", ["email", "payments"])
@pytest.mark.parametrize("progress", [Progress(1), done()])
def test_what_a_provider_completes(world: StoreWorld, step: str, progress: Progress) -> None:
    """A person cannot complete what a provider verifies."""
    world.database.add_progress("alice", step, progress)
    before = world.progress(step)
    with pytest.raises(ProviderOnlyError):
        world.complete(step)
    assert (world.progress(step), world.events()) == (before, [])


@pytest.mark.parametrize("step", ["impressum", "nothing", "", "terms'--"])
def test_no_such_step(world: StoreWorld, step: str) -> None:
    """A step of another market, or of none, is not there."""
    with pytest.raises(StepNotFoundError):
        world.complete(step)


def test_who_may_not(world: StoreWorld) -> None:
    """Who is no author, or is blocked, completes nothing."""
    with pytest.raises(UnknownAuthorError):
        world.complete("terms", world.ask(COMPLETE, author="carol"))
    world.database.add_author(replace(ALICE, blocked=True))
    with pytest.raises(AuthorBlockedError):
        world.complete("terms")
    assert world.database.tables.progress == {}


def test_steps_that_nobody_understands(world: StoreWorld) -> None:
    """Where the steps cannot be read nothing is completed."""
    world.database.break_steps("terms")
    with pytest.raises(GatingUnavailableError):
        world.complete("terms")


@pytest.mark.parametrize("place", ["transaction", "save_progress", "record"])
def test_a_failure_that_passes(world: StoreWorld, place: str) -> None:
    """A transaction that breaks is repeated as a whole."""
    world.database.fail_next(BREAK, at=place)
    world.complete("terms")
    assert (world.events(), world.progress("terms").row_version) == ([COMPLETED], 2)


def test_a_lost_commit(world: StoreWorld) -> None:
    """A commit that nobody acknowledged completes the step once."""
    world.database.lose_commit()
    world.complete("terms")
    assert (world.events(), world.progress("terms").row_version) == ([COMPLETED], 2)


def test_all_or_nothing(world: StoreWorld) -> None:
    """Where its event cannot be kept, a step is not done."""
    for _ in range(3):
        world.database.fail_next(BREAK, at="record")
    with pytest.raises(DatabaseUnavailableError):
        world.complete("terms")
    assert world.database.tables.progress == {}


def test_a_repeated_key(world: StoreWorld) -> None:
    """The same key gets the first answer again; with another body it is refused."""
    first = world.complete("terms", world.ask(COMPLETE, idempotency=key()))
    again = world.complete("terms", world.ask(COMPLETE, idempotency=key()))
    assert again == replace(first, replayed=True)
    with pytest.raises(IdempotencyKeyReusedError):
        world.complete("terms", world.ask(COMPLETE, idempotency=key(fingerprint="e" * 64)))


def test_a_key_of_another_step(world: StoreWorld) -> None:
    """A key belongs to its step: the same one completes another step as well."""
    world.complete("terms", world.ask(COMPLETE, idempotency=key()))
    world.complete(THEME.id, world.ask(COMPLETE, idempotency=key()))
    assert world.progress("theme").completed_at
