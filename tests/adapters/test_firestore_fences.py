"""Writes that find their fence moved, by a write of their own lease or by somebody else's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from conteur.domain.story import State
from conteur.errors import DeadlineError, InProgressError
from tests.adapters.firestore_relay import FirestoreRelay, new_project, store_at
from tests.adapters.stored import (
    CHECKPOINT,
    COMPLETED,
    FAILED,
    FAILURE,
    SECONDS,
    TOLD_NOW,
    Store,
    claimed_again,
    new_story,
)
from tests.stories import FINISHED

pytestmark = pytest.mark.server


@pytest.fixture
def relay(firestore_host: str) -> Iterator[FirestoreRelay]:
    with FirestoreRelay.to(firestore_host) as relay:
        yield relay


@pytest.fixture
def project() -> str:
    return new_project()


@pytest.fixture
def flapping(relay: FirestoreRelay, project: str) -> Iterator[Store]:
    with relay.serve() as host, store_at(host, project) as store:
        yield store


@pytest.fixture
def steady(firestore_host: str, project: str) -> Iterator[Store]:
    with store_at(firestore_host, project) as store:
        yield store


@pytest.mark.parametrize("state", [State.PROCESSING, State.COMPLETED, State.FAILED])
def test_anothers_write_is_not_taken_for_ones_own(
    flapping: Store, relay: FirestoreRelay, steady: Store, state: State
) -> None:
    """Whatever another attempt has made of the story, a late completion is told so."""
    story = new_story()
    late = steady.claimed(story)
    other = steady.taken_over(claimed_again(story))
    if state is State.COMPLETED:
        steady.stories.complete(other, FINISHED, SECONDS)
    if state is State.FAILED:
        steady.stories.fail(other, FAILURE, SECONDS)
    before = steady.counted()
    relay.fail_first_tries(lost_answer=True)
    with pytest.raises(InProgressError):
        flapping.stories.complete(late, FINISHED, SECONDS)
    assert steady.counted() == before


@pytest.mark.parametrize("lost_answer", [False, True])
def test_a_checkpoint_that_landed_unheard_does_not_hinder_the_end(
    flapping: Store, relay: FirestoreRelay, steady: Store, *, lost_answer: bool
) -> None:
    """A story is kept behind a checkpoint of its own whose answer never came, and counted once."""
    story = new_story()
    lease = steady.claimed(story)
    steady.stories.checkpoint(lease, CHECKPOINT, SECONDS)
    relay.fail_first_tries(lost_answer=lost_answer)
    flapping.stories.complete(lease, FINISHED, SECONDS)
    assert steady.kept(story).finished == FINISHED
    assert steady.counted() == COMPLETED


def test_a_checkpoint_that_landed_unheard_does_not_hinder_the_next(steady: Store) -> None:
    """A checkpoint behind one of its own whose answer never came is kept, and renews the lease."""
    story = new_story()
    lease = steady.claimed(story)
    steady.stories.checkpoint(lease, CHECKPOINT, SECONDS)
    later = replace(CHECKPOINT, text="Once upon a time")
    renewed = steady.stories.checkpoint(lease, later, SECONDS)
    assert steady.kept(story).released == "Once upon a time"
    steady.stories.fail(renewed, FAILURE, SECONDS)
    assert steady.counted() == FAILED


def test_a_story_that_keeps_moving_is_left(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """Behind a third late write of its own lease, a story counts as not taken in time."""
    story = new_story()
    lease = steady.stories.checkpoint(steady.claimed(story), CHECKPOINT, SECONDS)
    texts = iter("abcd")

    def move() -> None:
        moved = replace(lease, fence=steady.kept(story).fence)
        steady.stories.checkpoint(moved, replace(CHECKPOINT, text=next(texts)), SECONDS)

    move()
    relay.after_read = move
    with pytest.raises(DeadlineError) as error:
        flapping.stories.complete(lease, FINISHED, SECONDS)
    assert error.value.phase == "store"
    assert relay.calls == ["Commit", "BatchGetDocuments"] * 3
    assert steady.counted() == TOLD_NOW
