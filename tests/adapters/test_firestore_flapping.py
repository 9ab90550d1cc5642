"""Stories in a Firestore whose line breaks: before it takes a call, or on the way back."""

from collections.abc import Iterator
from dataclasses import replace

import grpc
import pytest

from conteur.domain.quota import Standing
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
    Counted,
    Store,
    claimed_again,
    new_story,
    sweeping,
)
from tests.stories import FINISHED

TOLD_AGAIN = replace(TOLD_NOW, reserved=1000, given_back=500)

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


def test_a_flapping_store_is_not_noticed(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A story is claimed, read, taken over and kept where each first try fails."""
    story = new_story()
    relay.fail_first_tries(lost_answer=False)
    flapping.claimed(story)
    flapping.stories.complete(flapping.taken_over(claimed_again(story)), FINISHED, SECONDS)
    assert relay.calls[1:] == ["Commit"] * 2 + ["BatchGetDocuments"] * 2 + ["Commit"] * 4
    assert steady.counted() == replace(COMPLETED, reserved=1000, given_back=880)


def test_a_store_that_was_away_is_found_again(relay: FirestoreRelay, project: str) -> None:
    """However long Firestore was out of reach, the first call after that is served."""
    with relay.serve() as host:
        port = int(host.rpartition(":")[2])
    with store_at(host, project) as store:
        for _ in range(4):  # 3 s each: gRPC's own waits are longer than a call by then
            with pytest.raises(DeadlineError):
                store.stories.claim(new_story(), SECONDS)
        with relay.serve(port):
            store.claimed(new_story())


def test_a_claim_whose_answer_is_lost_is_found(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated claim meets its own document, whose holder and fence make a lease."""
    story = new_story()
    relay.fail_first_tries(lost_answer=True)
    assert flapping.stories.claim(story, SECONDS) is None
    found = flapping.kept(story)
    assert (found.state, found.holder) == (State.PROCESSING, story.holder)
    assert found.fence == steady.kept(story).fence
    assert steady.counted() == TOLD_NOW


def test_a_take_over_whose_answer_is_lost_holds(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated take-over meets its own write, and its lease can end the story."""
    story = new_story()
    later = claimed_again(story)
    steady.claimed(story)
    relay.fail_first_tries(lost_answer=True)
    taken = flapping.stories.take_over(steady.kept(story), later, SECONDS)
    assert taken is not None
    assert (taken.lease.attempt, taken.lease.holder) == (2, later.holder)
    assert (taken.standing, steady.counted()) == (Standing(1, 1), TOLD_AGAIN)
    steady.stories.complete(taken.lease, FINISHED, SECONDS)


def test_a_withdrawal_whose_answer_is_lost_holds(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated withdrawal finds the story gone, and gives nothing back again."""
    story = new_story()
    lease = steady.claimed(story)
    relay.fail_first_tries(lost_answer=True)
    flapping.stories.withdraw(lease, SECONDS)
    assert steady.found(story) is None
    assert steady.counted() == FAILED


def test_a_checkpoint_whose_answer_is_lost_renews_the_lease(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated checkpoint meets its own write, and its lease can end the story."""
    story = new_story()
    lease = steady.claimed(story)
    relay.fail_first_tries(lost_answer=True)
    renewed = flapping.stories.checkpoint(lease, CHECKPOINT, SECONDS)
    assert (steady.kept(story).released, renewed.fence) == ("Once upon", steady.kept(story).fence)
    assert steady.counted() == TOLD_NOW
    steady.stories.complete(renewed, FINISHED, SECONDS)


def test_a_completion_whose_answer_is_lost_is_kept(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated completion meets its own write, and the story is told as kept."""
    story = new_story()
    lease = steady.claimed(story)
    relay.fail_first_tries(lost_answer=True)
    flapping.stories.complete(lease, FINISHED, SECONDS)
    assert steady.kept(story).finished == FINISHED
    assert steady.counted() == COMPLETED


def test_a_failure_whose_answer_is_lost_is_kept(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated failure meets its own write."""
    story = new_story()
    lease = steady.claimed(story)
    relay.fail_first_tries(lost_answer=True)
    flapping.stories.fail(lease, FAILURE, SECONDS)
    assert steady.kept(story).failure == FAILURE
    assert steady.counted() == FAILED


def test_a_sweep_whose_answer_is_lost_counts_once(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A repeated sweep finds the story ended, cannot tell by whom, and moves no counter again."""
    story = new_story()
    steady.claimed(story)
    relay.fail_first_tries(lost_answer=True)
    with pytest.raises(InProgressError):
        flapping.stories.fail(sweeping(steady.kept(story)), FAILURE, SECONDS)
    assert steady.kept(story).failure == FAILURE
    assert steady.counted() == FAILED


@pytest.mark.parametrize(
    ("swept", "counted"),
    [
        (False, COMPLETED),
        (True, Counted(stories=1, reserved=620, settled=120, given_back=500)),
    ],
)
def test_a_late_save_whose_answer_is_lost_holds(
    flapping: Store, relay: FirestoreRelay, steady: Store, *, swept: bool, counted: Counted
) -> None:
    """A repeated late save meets its own write, and charges the story once."""
    story = new_story()
    lease = steady.claimed(story)
    if swept:
        steady.stories.fail(lease, FAILURE, SECONDS)
    relay.fail_first_tries(lost_answer=True)
    assert flapping.stories.complete_late(steady.kept(story), FINISHED, SECONDS)
    assert (steady.kept(story).finished, steady.counted()) == (FINISHED, counted)


def test_a_take_over_that_was_swept_before_its_answer_holds_nothing(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """A take-over that reads its own story as ended by the sweep has no lease."""
    story = new_story()
    steady.claimed(story)
    later = claimed_again(story)

    def sweep() -> None:
        if steady.kept(story).state is State.PROCESSING:
            steady.stories.fail(sweeping(steady.kept(story)), FAILURE, SECONDS)

    found = steady.kept(story)
    relay.after_read = sweep
    relay.fail_first_tries(lost_answer=True)
    assert flapping.stories.take_over(found, later, SECONDS) is None
    assert steady.counted() == Counted(reserved=1000, given_back=1000)


def test_a_story_that_is_not_found_is_gone(
    flapping: Store, relay: FirestoreRelay, steady: Store
) -> None:
    """NOT_FOUND, as Firestore may say of a deleted document, is understood as a moved fence is."""
    story = new_story()
    lease = steady.claimed(story)
    found = steady.kept(story)
    steady.stories.withdraw(lease, SECONDS)
    relay.say_once(grpc.StatusCode.NOT_FOUND)
    assert flapping.stories.take_over(found, claimed_again(story), SECONDS) is None
    relay.say_once(grpc.StatusCode.NOT_FOUND)
    assert not flapping.stories.complete_late(found, FINISHED, SECONDS)
    relay.say_once(grpc.StatusCode.NOT_FOUND)
    flapping.stories.withdraw(lease, SECONDS)
    assert steady.counted() == FAILED
