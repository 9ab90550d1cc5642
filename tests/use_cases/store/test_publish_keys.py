"""A publication that bears an Idempotency-Key is answered the same for a day."""

from dataclasses import replace

import pytest

from conteur.domain.store.events import EventType
from conteur.domain.store.publication import Blocked, Published
from conteur.errors import IdempotencyInFlightError, IdempotencyKeyReusedError, VersionMismatchError
from conteur.telemetry.store_metrics import GATING_BLOCKS
from tests.store_world import BREAK, PUBLISH, StoreWorld, key

PUBLISHED, BLOCKED = EventType.STORE_PUBLISHED, EventType.GATING_BLOCKED


def test_a_lost_commit_with_a_key(ready: StoreWorld) -> None:
    """The answer that an unacknowledged commit has kept is the first one, not a repetition."""
    ready.database.lose_commit()
    answered = ready.publish(ready.ask(idempotency=key()))
    assert answered.outcome == Published(ready.store(), already=False)
    assert not answered.answer.replayed
    assert ready.events() == [PUBLISHED]


def test_a_lost_block_with_a_key(world: StoreWorld) -> None:
    """A block whose commit was not acknowledged is recorded once where there is a key."""
    world.database.lose_commit()
    assert isinstance(world.publish(world.ask(idempotency=key())).outcome, Blocked)
    assert world.events() == [BLOCKED]


def test_a_repeated_key(ready: StoreWorld) -> None:
    """The same key and body get the first answer again, whatever has happened since."""
    first = ready.publish(ready.ask(idempotency=key())).answer
    ready.unpublish()
    again = ready.publish(ready.ask(idempotency=key()))
    assert (again.answer, again.outcome) == (replace(first, replayed=True), None)
    assert ready.store().published_at is None


def test_a_kept_block(world: StoreWorld) -> None:
    """A block is answered the same for its key, also once the gate is open."""
    first = world.publish(world.ask(idempotency=key())).answer
    world.open_gate()
    again = world.publish(world.ask(idempotency=key()))
    assert again.answer == replace(first, replayed=True)
    assert (world.events(), world.counted(GATING_BLOCKS)) == ([BLOCKED], {("email",): 1})


def test_a_key_with_another_body(ready: StoreWorld) -> None:
    """A key that belongs to another body is refused."""
    ready.publish(ready.ask(idempotency=key()))
    with pytest.raises(IdempotencyKeyReusedError):
        ready.publish(ready.ask(idempotency=key(fingerprint="e" * 64)))


def test_a_key_in_flight(ready: StoreWorld) -> None:
    """A key that another transaction holds is told at once, and to come again in a second."""
    with ready.database.transaction(ready.ask().deadline) as other:
        other.recall("alice", PUBLISH, "key")
        with pytest.raises(IdempotencyInFlightError) as raised:
            ready.publish(ready.ask(idempotency=key()))
    assert raised.value.retry_after_seconds == 1
    assert ready.waits == []


def test_a_key_of_another_author(ready: StoreWorld) -> None:
    """Two authors may use the same key: each gets their own answer."""
    ready.publish(ready.ask(idempotency=key()))
    bob = ready.publish(ready.ask(author="bob", idempotency=key(fingerprint="e" * 64)))
    assert isinstance(bob.outcome, Blocked)


def test_a_key_of_another_route(ready: StoreWorld) -> None:
    """A key of another route is another key."""
    ready.publish(ready.ask(idempotency=key()))
    ready.unpublish(ready.ask("/api/store/unpublish", idempotency=key()))
    assert ready.store().published_at is None


def test_a_key_after_a_day(ready: StoreWorld) -> None:
    """A day later the key is new."""
    ready.publish(ready.ask(idempotency=key()))
    ready.clock.advance(86_400)
    answered = ready.publish(ready.ask(idempotency=key()))
    assert answered.outcome == Published(ready.store(), already=True)


def test_what_failed_is_not_kept(world: StoreWorld) -> None:
    """A request that was refused with an error may be repeated with its key."""
    with pytest.raises(VersionMismatchError):
        world.publish(world.ask(idempotency=key(), if_match=frozenset({'"9"'})))
    world.open_gate()
    assert world.publish(world.ask(idempotency=key())).answer.status == 200


def test_a_key_that_was_used_while_it_waited(ready: StoreWorld) -> None:
    """Where the same key was answered between two attempts, that answer is the first one."""
    ready.database.fail_next(BREAK, at="commit")
    ready.meanwhile = lambda: ready.publish(ready.ask(idempotency=key()))
    answered = ready.publish(ready.ask(idempotency=key()))
    assert (answered.answer.replayed, answered.outcome) == (True, None)
    assert ready.events() == [PUBLISHED]
