"""What providers say of authors' steps is taken once, and of nobody else's steps."""

from dataclasses import replace

import pytest

from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import Progress, StepStatus, Verification
from conteur.errors import DatabaseUnavailableError, StepNotFoundError, UnknownAuthorError
from tests.store_world import ALICE, BREAK, CORRELATION, PAYMENTS, StoreWorld, done

COMPLETED, JUDGED = EventType.STEP_COMPLETED, EventType.STEP_VERIFICATION


def test_a_step_is_verified(world: StoreWorld) -> None:
    """A provider completes its step, at the time of its call."""
    assert world.verify("payments", call_id="first")
    progress = world.progress("payments")
    assert (progress.completed_by, progress.completed_at) == ("provider", world.clock.now())
    event = world.last_event()
    assert (event.type, event.step, event.metadata) == (COMPLETED, "payments", {"call": "first"})
    assert event.correlation_id == CORRELATION


def test_a_check_that_is_under_way(world: StoreWorld) -> None:
    """A step that the provider checks is due, and pending."""
    world.verify("payments", Verification.PENDING)
    needed = world.status().requirements
    assert needed.pending_verification == (PAYMENTS,)
    assert PAYMENTS in needed.currently_due


def test_a_refusal(world: StoreWorld) -> None:
    """A refusal is kept and recorded with its reason."""
    world.verify("payments", Verification.FAILED, "no such bank", call_id="first")
    (error,) = world.status().requirements.errors
    assert (error.step, error.reason) == ("payments", "no such bank")
    event = world.last_event()
    assert event.type is JUDGED
    assert event.metadata == {"call": "first", "verification": "failed", "reason": "no such bank"}


def test_a_later_refusal(world: StoreWorld) -> None:
    """A provider that takes its word back closes the gate; what is public stays so."""
    world.open_gate()
    world.publish()
    world.verify("payments", Verification.FAILED, "closed account")
    assert world.progress("payments").status is StepStatus.TODO
    assert not world.status().can_publish
    assert world.store().published_at


def test_a_late_check(world: StoreWorld) -> None:
    """A step that is done stays so while its provider looks again, and nothing is recorded."""
    world.verify("payments")
    before = world.progress("payments")
    assert world.verify("payments", Verification.PENDING)
    assert (world.progress("payments"), world.events()) == (before, [COMPLETED])


def test_a_repeated_call(world: StoreWorld) -> None:
    """A call that was taken changes nothing when it comes again."""
    world.verify("payments", Verification.FAILED, "blurred", call_id="first")
    world.verify("payments", call_id="second")
    before = world.progress("payments")
    assert not world.verify("payments", Verification.FAILED, "blurred", call_id="first")
    assert (world.progress("payments"), world.events()) == (before, [JUDGED, COMPLETED])


def test_two_providers(world: StoreWorld) -> None:
    """Two providers may give their calls the same id."""
    assert world.verify("payments", call_id="1")
    assert world.verify("email", call_id="1")


@pytest.mark.parametrize("step", ["terms", "impressum", "nothing"])
def test_no_such_step(world: StoreWorld, step: str) -> None:
    """No provider verifies a person's step, one of another market, or one that is not there."""
    with pytest.raises(StepNotFoundError):
        world.verify(step)
    assert world.database.tables.progress == {}


def test_nobody_known(world: StoreWorld) -> None:
    """A call about nobody is refused, and taken once the author is there."""
    with pytest.raises(UnknownAuthorError):
        world.verify("payments", author="carol", call_id="1")
    world.database.add_author(replace(ALICE, id="carol"))
    assert world.verify("payments", author="carol", call_id="1")


def test_a_blocked_author(world: StoreWorld) -> None:
    """What a provider says of a blocked author is kept: only publishing is closed to them."""
    world.database.add_author(replace(ALICE, blocked=True))
    assert world.verify("payments")


def test_a_new_version(world: StoreWorld) -> None:
    """A provider completes the version that counts now."""
    world.database.add_progress("alice", "payments", done())
    world.database.add_steps(replace(PAYMENTS, version=2))
    world.verify("payments")
    assert world.progress("payments").version == 2


def test_somebody_else(world: StoreWorld) -> None:
    """A call about one author leaves the others as they were."""
    world.database.add_progress("bob", "payments", Progress(1))
    before = world.progress("payments", "bob")
    world.verify("payments")
    assert world.progress("payments", "bob") == before


def test_a_lost_commit(world: StoreWorld) -> None:
    """A commit that nobody acknowledged is taken once."""
    world.database.lose_commit()
    assert not world.verify("payments")
    assert world.events() == [COMPLETED]


def test_all_or_nothing(world: StoreWorld) -> None:
    """A call whose transaction breaks is not taken: the provider's repetition is."""
    for _ in range(3):
        world.database.fail_next(BREAK, at="record")
    with pytest.raises(DatabaseUnavailableError):
        world.verify("payments", call_id="1")
    assert world.verify("payments", call_id="1")
