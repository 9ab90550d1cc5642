"""What authors read of their stores and steps, and everybody of a public store."""

from dataclasses import replace

import pytest

from conteur.domain.store.onboarding import Progress, StepError, Verification
from conteur.errors import (
    AuthorBlockedError,
    GatingUnavailableError,
    StoreNotFoundError,
    UnknownAuthorError,
)
from conteur.telemetry.store_metrics import STORE_RETRIES
from tests.store_world import ALICE, BREAK, ONBOARDING, PUBLIC, STATUS, StoreWorld, done


def test_the_status(world: StoreWorld) -> None:
    """The status has the store, what is due, what is checked, and what was refused and why."""
    pending = Progress(1, verification=Verification.PENDING)
    failed = Progress(1, verification=Verification.FAILED, verification_reason="no such bank")
    world.database.add_progress("alice", "email", pending)
    world.database.add_progress("alice", "payments", failed)
    status = world.status()
    assert (status.store, status.can_publish) == (world.store(), False)
    due, checked = status.requirements.currently_due, status.requirements.pending_verification
    assert [step.id for step in due] == ["email", "payments", "terms"]
    assert [step.id for step in checked] == ["email"]
    assert status.requirements.errors == (StepError("payments", "no such bank"),)


def test_an_open_gate(world: StoreWorld) -> None:
    """An author who owes nothing can publish."""
    world.open_gate()
    assert world.status().can_publish
    assert not world.status("bob").can_publish


def test_the_onboarding(world: StoreWorld) -> None:
    """The list has the steps of the market that the role is shown, and the percentage."""
    world.database.add_progress("alice", "payments", done())
    onboarding = world.onboarding()
    shown = [step.definition.id for step in onboarding.steps]
    assert shown == ["email", "payments", "theme", "terms"]
    assert onboarding.percent == 30
    assert [step.id for step in onboarding.requirements.currently_due] == ["email", "terms"]


def test_a_managers_list(world: StoreWorld) -> None:
    """A role sees the steps that are for it besides."""
    world.database.add_author(replace(ALICE, role="manager"))
    assert "team" in [step.definition.id for step in world.onboarding().steps]


@pytest.mark.parametrize("read", ["status", "onboarding"])
def test_who_may_not_read(world: StoreWorld, read: str) -> None:
    """Who is no author, or is blocked, reads nothing."""
    with pytest.raises(UnknownAuthorError):
        getattr(world, read)("carol")
    world.database.add_author(replace(ALICE, blocked=True))
    with pytest.raises(AuthorBlockedError):
        getattr(world, read)("alice")


@pytest.mark.parametrize("read", ["status", "onboarding"])
def test_steps_that_nobody_understands(world: StoreWorld, read: str) -> None:
    """Steps that cannot be understood are not left out: the request fails."""
    world.database.break_steps("terms")
    with pytest.raises(GatingUnavailableError):
        getattr(world, read)()


def test_no_store(world: StoreWorld) -> None:
    """An author without a store has steps, and no status."""
    world.database.add_author(replace(ALICE, id="carol"))
    with pytest.raises(StoreNotFoundError):
        world.status("carol")
    assert world.onboarding("carol").percent == 0


def test_a_public_store(world: StoreWorld) -> None:
    """Anybody reads a store that is public, by its address."""
    world.open_gate()
    world.publish()
    assert world.public("alices") == world.store()


@pytest.mark.parametrize("slug", ["alices", "nobodys", "' OR 1=1 --"])
def test_a_private_store(world: StoreWorld, slug: str) -> None:
    """A private store is no other than none."""
    with pytest.raises(StoreNotFoundError):
        world.public(slug)


def test_reads_are_repeated(world: StoreWorld) -> None:
    """A connection that breaks while something is read costs one more attempt."""
    world.open_gate()
    world.publish()
    for read in (world.status, world.onboarding, lambda: world.public("alices")):
        world.database.fail_next(BREAK)
        read()
    routes = {(route, "08006"): 1 for route in (STATUS, ONBOARDING, PUBLIC)}
    assert world.counted(STORE_RETRIES) == routes
