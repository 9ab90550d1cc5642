"""What each change of a story moves in the counters, in the real Firestore emulator."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from google.cloud.firestore import DELETE_FIELD

from conteur.domain.quota import Standing
from conteur.domain.story import Claimed, NewStory
from conteur.errors import DeadlineError, InProgressError
from tests.adapters.stored import (
    CHECKPOINT,
    COMPLETED,
    FAILED,
    FAILURE,
    NEXT_CHARGE,
    SECONDS,
    TOLD_NOW,
    Counted,
    Store,
    claimed_again,
    new_story,
    sweeping,
)
from tests.stories import FINISHED

pytestmark = pytest.mark.server


def _claim(store: Store) -> Claimed:
    claimed = store.stories.claim(new_story(), SECONDS)
    assert claimed is not None
    return claimed


def test_a_claim_reserves_its_charge(store: Store) -> None:
    """A claim is counted with its user and with its budget's shard, as it is answered."""
    assert _claim(store).standing == Standing(stories=1, running=1)
    assert store.counted() == TOLD_NOW


def test_a_claim_tells_stories_from_running_ones(store: Store) -> None:
    """The answer to a claim has each counter under its own name, as a read has."""
    store.stories.complete(_claim(store).lease, FINISHED, SECONDS)
    assert _claim(store).standing == Standing(stories=2, running=1)
    assert store.standing("alice") == Standing(stories=2, running=1)


def test_a_second_claim_counts_nothing(store: Store) -> None:
    """A claim that meets a document moves no counter."""
    story = new_story()
    store.claimed(story)
    assert store.stories.claim(claimed_again(story), SECONDS) is None
    assert store.counted() == TOLD_NOW


def test_a_completed_story_is_settled(store: Store) -> None:
    """What a story has cost is settled, and the rest of its charge given back."""
    store.stories.complete(_claim(store).lease, FINISHED, SECONDS)
    assert store.counted() == COMPLETED


def test_a_story_may_cost_more_than_it_reserved(store: Store) -> None:
    """What a story cost above its charge is given back as a negative amount."""
    store.stories.complete(_claim(store).lease, replace(FINISHED, cost_micros=700), SECONDS)
    assert store.counted() == Counted(stories=1, reserved=500, settled=700, given_back=-200)


def test_a_failed_story_is_given_back(store: Store) -> None:
    """A story that failed is charged to nobody."""
    store.stories.fail(_claim(store).lease, FAILURE, SECONDS)
    assert store.counted() == FAILED


def test_a_withdrawn_story_is_given_back(store: Store) -> None:
    """A story that was withdrawn is charged to nobody."""
    store.stories.withdraw(_claim(store).lease, SECONDS)
    assert store.counted() == FAILED


def test_a_checkpoint_counts_nothing(store: Store) -> None:
    """A checkpoint moves no counter."""
    store.stories.checkpoint(_claim(store).lease, CHECKPOINT, SECONDS)
    assert store.counted() == TOLD_NOW


def test_a_dead_attempt_is_given_back_when_it_is_taken_over(store: Store) -> None:
    """A take-over on the same day leaves one story running, and says so."""
    story = new_story()
    store.claimed(story)
    taken = store.stories.take_over(store.kept(story), claimed_again(story), SECONDS)
    assert taken is not None
    assert taken.standing == Standing(stories=1, running=1)
    assert store.counted() == replace(TOLD_NOW, reserved=1000, given_back=500)


def test_a_dead_attempt_of_yesterday_is_given_back_to_yesterday(store: Store) -> None:
    """Each day's counters get what is theirs, when a story is taken over after midnight."""
    story = new_story()
    store.claimed(story)
    later = replace(claimed_again(story), charge=NEXT_CHARGE)
    taken = store.stories.take_over(store.kept(story), later, SECONDS)
    assert taken is not None
    assert taken.standing == Standing(stories=1, running=1)
    assert store.counted() == FAILED
    assert store.counted(NEXT_CHARGE) == Counted(stories=1, running=1, reserved=900)


def test_a_failed_story_holds_nothing_when_it_is_taken_over(store: Store) -> None:
    """What a failed attempt gave back is not given back again."""
    story = new_story()
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    store.taken_over(claimed_again(story))
    assert store.counted() == replace(TOLD_NOW, reserved=1000, given_back=500)


def test_an_attempt_of_an_older_revision_holds_nothing(store: Store) -> None:
    """A story that reserved nothing is taken over, and nothing is given back for it."""
    story = new_story()
    reference = store.client.document(f"users/alice/stories/{store.claimed(story).story_id}")
    reference.update({"charge": DELETE_FIELD})
    store.taken_over(replace(claimed_again(story), charge=NEXT_CHARGE))
    assert (store.counted(), store.counted(NEXT_CHARGE).stories) == (TOLD_NOW, 1)


@pytest.mark.parametrize("holder", [{"holder": "an older revision"}, {}])
def test_a_charge_that_an_older_revision_left_is_not_given_back(
    store: Store, holder: dict[str, str]
) -> None:
    """What a failed attempt gave back stays in the document, and is nobody's."""
    story = new_story()
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    store.taken_over_by_older_revision(story, holder)
    store.taken_over(claimed_again(story))
    assert store.counted() == replace(TOLD_NOW, reserved=1000, given_back=500)


def test_a_take_over_that_lost_the_race_counts_nothing(store: Store) -> None:
    """Of two that take over at once, one is counted."""
    story = new_story()
    store.claimed(story)
    found = store.kept(story)
    store.taken_over(claimed_again(story))
    assert store.stories.take_over(found, claimed_again(story), SECONDS) is None
    assert store.counted() == replace(TOLD_NOW, reserved=1000, given_back=500)


def test_of_two_sweeps_one_ends_a_story(store: Store) -> None:
    """A story that two sweeps end at once is given back once."""
    story = new_story()
    store.claimed(story)
    lease = sweeping(store.kept(story))

    def sweep(_: int) -> bool:
        try:
            store.stories.fail(lease, FAILURE, SECONDS)
        except InProgressError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(sweep, range(2))) == [False, True]
    assert store.counted() == FAILED


def test_a_sweep_leaves_a_story_that_is_told_on(store: Store) -> None:
    """A checkpoint between the sweep's look and its write keeps the story alive."""
    story = new_story()
    lease = store.claimed(story)
    late = sweeping(store.kept(story))
    store.stories.checkpoint(lease, CHECKPOINT, SECONDS)
    with pytest.raises(InProgressError):
        store.stories.fail(late, FAILURE, SECONDS)
    assert store.counted() == TOLD_NOW


def test_a_swept_story_is_not_settled(store: Store) -> None:
    """Who ends a story after the sweep did moves no counter; a finished one is to be kept later."""
    story = new_story()
    lease = store.claimed(story)
    store.stories.fail(sweeping(store.kept(story)), FAILURE, SECONDS)
    with pytest.raises(DeadlineError) as error:
        store.stories.complete(lease, FINISHED, SECONDS)
    store.stories.fail(lease, FAILURE, SECONDS)
    assert error.value.phase == "store"
    assert store.counted() == FAILED


def test_a_completed_story_does_not_fail(store: Store) -> None:
    """A failure after the story's own completion leaves it as it is."""
    story = new_story()
    lease = store.claimed(story)
    store.stories.complete(lease, FINISHED, SECONDS)
    store.stories.fail(lease, FAILURE, SECONDS)
    assert store.kept(story).finished == FINISHED
    assert store.counted() == COMPLETED


def test_eighty_claims_of_ten_stories(store: Store) -> None:
    """However many calls send ten requests at once, ten stories are claimed and counted."""
    stories = [new_story() for _ in range(10)] * 8

    def claim(story: NewStory) -> Claimed | None:
        return store.stories.claim(claimed_again(story), 30)

    with ThreadPoolExecutor(80) as threads:
        claims = [claim for claim in threads.map(claim, stories) if claim]
    assert len({claim.lease.story_id for claim in claims}) == len(claims) == 10
    assert max(claim.standing.stories for claim in claims) == 10
    assert store.counted() == Counted(stories=10, running=10, reserved=5000)


def test_stories_that_end_at_once_are_all_counted(store: Store) -> None:
    """Completions, failures and claims of one moment on one shard add up."""
    leases = [_claim(store).lease for _ in range(8)]

    def end(n: int) -> None:
        if n % 2:
            store.stories.complete(leases[n], FINISHED, 30)
        else:
            store.stories.fail(leases[n], FAILURE, 30)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(end, range(8)))
    assert store.counted() == Counted(stories=4, reserved=4000, settled=480, given_back=3520)
