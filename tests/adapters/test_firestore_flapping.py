"""Stories in a Firestore whose line breaks: before it takes a call, or on the way back."""

from collections.abc import Iterator

import pytest

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.story import State
from conteur.errors import DeadlineError, InProgressError
from tests.adapters.firestore_relay import FirestoreRelay, stories_at
from tests.adapters.stored import FAILURE, SECONDS, claimed, claimed_again, kept, new_story
from tests.stories import FINISHED

pytestmark = pytest.mark.server


@pytest.fixture
def relay(firestore_host: str) -> Iterator[FirestoreRelay]:
    with FirestoreRelay.to(firestore_host) as relay:
        yield relay


@pytest.fixture
def flapping(relay: FirestoreRelay) -> Iterator[FirestoreStories]:
    with relay.serve() as host, stories_at(host) as stories:
        yield stories


@pytest.fixture
def steady(firestore_host: str) -> Iterator[FirestoreStories]:
    with stories_at(firestore_host) as stories:
        yield stories


def test_a_flapping_store_is_not_noticed(flapping: FirestoreStories, relay: FirestoreRelay) -> None:
    """A story is claimed, read, taken over and kept where each first try fails."""
    story = new_story()
    relay.fail_first_tries(lost_answer=False)
    claimed(flapping, story)
    lease = flapping.take_over(kept(flapping, story), claimed_again(story), SECONDS)
    assert lease is not None
    flapping.complete(lease, FINISHED, SECONDS)
    assert relay.calls[1:] == ["Commit"] * 2 + ["BatchGetDocuments"] * 2 + ["Commit"] * 4


def test_a_store_that_was_away_is_found_again(relay: FirestoreRelay) -> None:
    """However long Firestore was out of reach, the first call after that is served."""
    with relay.serve() as host:
        port = int(host.rpartition(":")[2])
    with stories_at(host) as stories:
        for _ in range(4):  # 3 s each: gRPC's own waits are longer than a call by then
            with pytest.raises(DeadlineError):
                stories.claim(new_story(), SECONDS)
        with relay.serve(port):
            claimed(stories, new_story())


def test_a_claim_whose_answer_is_lost_is_found(
    flapping: FirestoreStories, relay: FirestoreRelay, steady: FirestoreStories
) -> None:
    """A repeated claim meets its own document, whose holder and fence make a lease."""
    story = new_story()
    relay.fail_first_tries(lost_answer=True)
    assert flapping.claim(story, SECONDS) is None
    found = kept(flapping, story)
    assert (found.state, found.holder) == (State.PROCESSING, story.holder)
    assert found.fence == kept(steady, story).fence


def test_a_take_over_whose_answer_is_lost_holds(
    flapping: FirestoreStories, relay: FirestoreRelay, steady: FirestoreStories
) -> None:
    """A repeated take-over meets its own write, and its lease can end the story."""
    story = new_story()
    later = claimed_again(story)
    claimed(steady, story)
    relay.fail_first_tries(lost_answer=True)
    lease = flapping.take_over(kept(steady, story), later, SECONDS)
    assert lease is not None
    assert (lease.attempt, lease.holder) == (2, later.holder)
    steady.complete(lease, FINISHED, SECONDS)


def test_a_completion_whose_answer_is_lost_is_kept(
    flapping: FirestoreStories, relay: FirestoreRelay, steady: FirestoreStories
) -> None:
    """A repeated completion meets its own write, and the story is told as kept."""
    story = new_story()
    lease = claimed(steady, story)
    relay.fail_first_tries(lost_answer=True)
    flapping.complete(lease, FINISHED, SECONDS)
    assert kept(steady, story).finished == FINISHED


def test_a_failure_whose_answer_is_lost_is_kept(
    flapping: FirestoreStories, relay: FirestoreRelay, steady: FirestoreStories
) -> None:
    """A repeated failure meets its own write."""
    story = new_story()
    lease = claimed(steady, story)
    relay.fail_first_tries(lost_answer=True)
    flapping.fail(lease, FAILURE, SECONDS)
    assert kept(steady, story).failure == FAILURE


@pytest.mark.parametrize("state", [State.PROCESSING, State.COMPLETED, State.FAILED])
def test_anothers_write_is_not_taken_for_ones_own(
    flapping: FirestoreStories, relay: FirestoreRelay, steady: FirestoreStories, state: State
) -> None:
    """Whatever another attempt has made of the story, a late completion is told so."""
    story = new_story()
    late = claimed(steady, story)
    other = steady.take_over(kept(steady, story), claimed_again(story), SECONDS)
    assert other is not None
    if state is State.COMPLETED:
        steady.complete(other, FINISHED, SECONDS)
    if state is State.FAILED:
        steady.fail(other, FAILURE, SECONDS)
    relay.fail_first_tries(lost_answer=True)
    with pytest.raises(InProgressError):
        flapping.complete(late, FINISHED, SECONDS)


def test_ones_own_other_end_is_not_taken_for_this_one(
    flapping: FirestoreStories, relay: FirestoreRelay, steady: FirestoreStories
) -> None:
    """A story that its own attempt has ended as FAILED was not kept as COMPLETED."""
    story = new_story()
    lease = claimed(steady, story)
    steady.fail(lease, FAILURE, SECONDS)
    relay.fail_first_tries(lost_answer=True)
    with pytest.raises(InProgressError):
        flapping.complete(lease, FINISHED, SECONDS)
