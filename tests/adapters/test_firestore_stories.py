"""Stories in the real Firestore emulator."""

from dataclasses import replace
from datetime import timedelta

import pytest
from google.cloud.firestore import DELETE_FIELD

from conteur.domain.lease import lease_shard
from conteur.domain.quota import Standing
from conteur.domain.story import State
from conteur.errors import DeadlineError, InProgressError, StoryNotFoundError
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import (
    CHARGE,
    CHECKPOINT,
    FAILURE,
    NOW,
    SECONDS,
    TODAY,
    Store,
    claimed_again,
    new_story,
    sweeping,
)
from tests.stories import FINISHED

pytestmark = pytest.mark.server


def test_claim(store: Store) -> None:
    """The first claim of a story gives the lease of its first attempt."""
    story = new_story()
    lease = store.claimed(story)
    assert (lease.uid, lease.story_id, lease.attempt) == ("alice", story.request.request_id, 1)
    assert (lease.holder, lease.charge) == (story.holder, CHARGE)


def test_second_claim(store: Store) -> None:
    """The second claim finds what the first one left."""
    story = new_story()
    store.claimed(story)
    assert store.stories.claim(story, SECONDS) is None
    found = store.kept(story)
    assert (found.state, found.fingerprint) == (State.PROCESSING, "fingerprint")
    assert (found.lease_until, found.charge) == (story.lease_until, CHARGE)


def test_complete(store: Store) -> None:
    """A story that was kept is read back as it was told."""
    story = new_story()
    store.stories.complete(store.claimed(story), FINISHED, SECONDS)
    assert store.kept(story).finished == FINISHED


def test_fail(store: Store) -> None:
    """A failure is read back with its reason and the text that was let out."""
    story = new_story()
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    assert store.kept(story).failure == FAILURE


def test_take_over(store: Store) -> None:
    """Taking over counts the attempt, renews the lease, and fences the earlier writer off."""
    story = new_story()
    first = store.claimed(story)
    later = replace(claimed_again(story), lease_until=NOW + timedelta(seconds=120))
    second = store.taken_over(later)
    assert (second.attempt, store.kept(story).lease_until) == (2, later.lease_until)
    with pytest.raises(InProgressError):
        store.stories.complete(first, FINISHED, SECONDS)
    store.stories.complete(second, FINISHED, SECONDS)


def test_take_over_once(store: Store) -> None:
    """Of two that take over at once, one gets the lease."""
    story = new_story()
    store.claimed(story)
    found = store.kept(story)
    taken = [store.stories.take_over(found, claimed_again(story), SECONDS) for _ in range(2)]
    assert [each is None for each in taken] == [False, True]


def test_a_taken_over_story_begins_again(store: Store) -> None:
    """Of the failed attempt only the text is left that it let out: no error, no end."""
    story = new_story()
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    store.taken_over(claimed_again(story))
    document = store.document(story)
    assert document["text"] == FAILURE.released
    assert {"error", "completeTime"}.isdisjoint(document["status"])


def test_an_attempt_that_lets_nothing_out_leaves_what_there_was(store: Store) -> None:
    """Text that was let out survives a take-over, and the failure that comes of it."""
    story = new_story()
    store.stories.checkpoint(store.claimed(story), CHECKPOINT, SECONDS)
    second = store.taken_over(claimed_again(story))
    assert store.kept(story).released == CHECKPOINT.text
    store.stories.fail(second, replace(FAILURE, released=""), SECONDS)
    assert store.kept(story).failure == replace(FAILURE, released="Once upon")


def test_the_next_checkpoint_replaces_what_there_was(store: Store) -> None:
    """Text of the attempt before is there until the next one has a text of its own."""
    story = new_story()
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    store.stories.checkpoint(store.taken_over(claimed_again(story)), CHECKPOINT, SECONDS)
    assert store.kept(story).released == CHECKPOINT.text


def test_a_deleted_story_cannot_be_taken_over(store: Store) -> None:
    """A story that was withdrawn since it was read is somebody else's doing."""
    story = new_story()
    lease = store.claimed(story)
    found = store.kept(story)
    store.stories.withdraw(lease, SECONDS)
    assert store.stories.take_over(found, claimed_again(story), SECONDS) is None


def test_a_withdrawn_story_is_gone(store: Store) -> None:
    """A story that was withdrawn may be claimed anew, as if for the first time."""
    story = new_story()
    store.stories.withdraw(store.claimed(story), SECONDS)
    assert store.found(story) is None
    assert store.claimed(claimed_again(story)).attempt == 1


@pytest.mark.parametrize("ended", [False, True])
def test_a_story_of_somebody_else_is_not_withdrawn(store: Store, *, ended: bool) -> None:
    """A story that was taken over, or ended by the sweep, stays."""
    story = new_story()
    lease = store.claimed(story)
    if ended:
        store.stories.fail(sweeping(store.kept(story)), FAILURE, SECONDS)
    else:
        store.taken_over(claimed_again(story))
    with pytest.raises(InProgressError):
        store.stories.withdraw(lease, SECONDS)
    assert store.found(story) is not None


def test_a_checkpoint_is_read_back(store: Store) -> None:
    """A checkpoint keeps the text so far, and moves the end of the lease."""
    story = new_story()
    lease = store.stories.checkpoint(store.claimed(story), CHECKPOINT, SECONDS)
    found = store.kept(story)
    assert (found.released, found.lease_until) == ("Once upon", CHECKPOINT.lease_until)
    assert (found.state, found.fence) == (State.PROCESSING, lease.fence)


def test_a_checkpoint_without_news_leaves_the_text(store: Store) -> None:
    """A checkpoint that has no new text renews the lease alone."""
    story = new_story()
    lease = store.stories.checkpoint(store.claimed(story), CHECKPOINT, SECONDS)
    later = replace(CHECKPOINT, text=None, lease_until=NOW + timedelta(seconds=60))
    store.stories.checkpoint(lease, later, SECONDS)
    found = store.kept(story)
    assert (found.released, found.lease_until) == ("Once upon", later.lease_until)


@pytest.mark.parametrize("ended", [False, True])
def test_a_lost_lease_is_noticed_by_its_checkpoint(store: Store, *, ended: bool) -> None:
    """Who tells a story that was taken over, or ended by the sweep, learns it and stops."""
    story = new_story()
    lease = store.claimed(story)
    if ended:
        store.stories.fail(sweeping(store.kept(story)), FAILURE, SECONDS)
    else:
        store.taken_over(claimed_again(story))
    with pytest.raises(InProgressError):
        store.stories.checkpoint(lease, CHECKPOINT, SECONDS)


def test_only_a_story_that_is_told_is_in_the_sweeps_index(store: Store) -> None:
    """The lease's shard is there from the claim to the end, and again after a take-over."""
    story = new_story()
    shard = lease_shard(story.request.request_id)
    lease = store.claimed(story)
    assert store.document(story)["status"]["leaseShard"] == shard
    store.stories.fail(lease, FAILURE, SECONDS)
    assert "leaseShard" not in store.document(story)["status"]
    store.taken_over(claimed_again(story))
    assert store.document(story)["status"]["leaseShard"] == shard


def test_store_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with (
        store_at("127.0.0.1:9", new_project()) as unreachable,
        pytest.raises(DeadlineError) as error,
    ):
        unreachable.stories.claim(new_story(), timeout=0.3)
    assert error.value.facts == {"phase": "admission", "cause": "network"}


def test_gone(store: Store) -> None:
    """A story that is not there is nothing, and no error; neither are counters."""
    found = store.stories.read("alice", "missing", TODAY, SECONDS)
    assert (found.story, found.standing) == (None, Standing())


def test_deleted_while_told(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """A story that its user has deleted while it was told does not come back, and nothing fails."""
    lease = store.claimed(new_story())
    store.client.document(f"users/alice/stories/{lease.story_id}").delete()
    with pytest.raises(StoryNotFoundError) as error:
        store.stories.complete(lease, FINISHED, SECONDS)
    assert error.value.facts == {"storyId": lease.story_id}
    assert capsys.readouterr().out == ""
    assert not store.client.document(f"users/alice/stories/{lease.story_id}").get().exists


def test_document_of_an_older_revision(store: Store) -> None:
    """A document that names no holder and no charge is read, and can be taken over."""
    story = new_story()
    reference = store.client.document(f"users/alice/stories/{store.claimed(story).story_id}")
    newer = ("status.holder", "status.leaseShard", "charge", "text")
    reference.update(dict.fromkeys(newer, DELETE_FIELD))
    older = store.kept(story)
    assert (older.holder, older.charge, older.released) == (None, None, "")
    assert store.taken_over(claimed_again(story)).attempt == 2


def test_completed_story_of_an_older_revision(store: Store) -> None:
    """A story of which no cost was kept is replayed as one that cost nothing."""
    story = new_story()
    lease = store.claimed(story)
    store.stories.complete(lease, FINISHED, SECONDS)
    reference = store.client.document(f"users/alice/stories/{lease.story_id}")
    reference.update({"usage.costMicros": DELETE_FIELD})
    assert store.kept(story).finished == replace(FINISHED, cost_micros=0)
