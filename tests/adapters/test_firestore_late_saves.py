"""Finished stories that are stored late, in the real Firestore emulator."""

from dataclasses import replace
from datetime import timedelta

import pytest
from google.cloud.firestore import DELETE_FIELD

from conteur.domain.story import FinishedStory
from conteur.errors import InProgressError
from tests.adapters.stored import (
    COMPLETED,
    FAILED,
    FAILURE,
    SECONDS,
    Counted,
    Store,
    claimed_again,
    new_story,
    sweeping,
)
from tests.stories import FINISHED

pytestmark = pytest.mark.server


def test_a_story_that_nobody_ended_is_settled(store: Store) -> None:
    """A story that is still PROCESSING is completed as its own call would have done it."""
    story = new_story()
    store.claimed(story)
    assert store.stories.complete_late(store.kept(story), FINISHED, SECONDS)
    assert store.kept(story).finished == FINISHED
    assert store.counted() == COMPLETED


def test_a_story_that_was_given_back_is_charged_again(store: Store) -> None:
    """A story that the sweep has ended is completed, counted, and charged what it has cost."""
    story = new_story()
    store.claimed(story)
    store.stories.fail(sweeping(store.kept(story)), FAILURE, SECONDS)
    assert store.stories.complete_late(store.kept(story), FINISHED, SECONDS)
    assert store.kept(story).finished == FINISHED
    assert "error" not in store.document(story)["status"]
    assert store.counted() == Counted(stories=1, reserved=620, settled=120, given_back=500)


def test_a_story_of_an_older_revision_is_completed_without_a_charge(store: Store) -> None:
    """A story that reserved nothing settles nothing."""
    story = new_story()
    reference = store.client.document(f"users/alice/stories/{store.claimed(story).story_id}")
    reference.update({"charge": DELETE_FIELD})
    before = store.counted()
    assert store.stories.complete_late(store.kept(story), FINISHED, SECONDS)
    assert store.counted() == before


@pytest.mark.parametrize("holder", [{"holder": "an older revision"}, {}])
def test_a_charge_that_an_older_revision_left_is_not_settled(
    store: Store, holder: dict[str, str]
) -> None:
    """A story that an older revision tells is completed, and moves no counter."""
    story = new_story()
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    store.taken_over_by_older_revision(story, holder)
    assert store.stories.complete_late(store.kept(story), FINISHED, SECONDS)
    assert store.counted() == FAILED


def test_a_story_that_was_taken_over_since_is_left(store: Store) -> None:
    """A story that another attempt tells is not completed behind its back."""
    story = new_story()
    store.claimed(story)
    found = store.kept(story)
    store.taken_over(claimed_again(story))
    before = store.counted()
    assert not store.stories.complete_late(found, FINISHED, SECONDS)
    assert store.counted() == before


@pytest.mark.parametrize(
    "told",
    [
        replace(FINISHED, completed=FINISHED.completed + timedelta(seconds=1)),
        replace(FINISHED, story=replace(FINISHED.story, text="Another story.")),
    ],
    ids=["at another time", "with another text"],
)
def test_another_story_is_not_taken_for_this_one(store: Store, told: FinishedStory) -> None:
    """What another call has told and kept in the meantime stays as it is."""
    story = new_story()
    lease = store.claimed(story)
    found = store.kept(story)
    store.stories.complete(lease, told, SECONDS)
    assert not store.stories.complete_late(found, FINISHED, SECONDS)
    assert store.kept(story).finished == told


def test_a_deleted_story_is_not_completed(store: Store) -> None:
    """A story whose owner has deleted it since it was read stays deleted."""
    story = new_story()
    lease = store.claimed(story)
    found = store.kept(story)
    store.client.document(f"users/alice/stories/{lease.story_id}").delete()
    assert not store.stories.complete_late(found, FINISHED, SECONDS)
    assert store.found(story) is None


def test_a_late_save_over_a_sleeper_is_the_one_story(store: Store) -> None:
    """An attempt that wakes up after another's story was saved late has not kept its own."""
    story = new_story()
    sleeper = store.claimed(story)
    saved = replace(FINISHED, story=replace(FINISHED.story, text="Another attempt's story."))
    assert store.stories.complete_late(store.kept(story), saved, SECONDS)
    with pytest.raises(InProgressError):
        store.stories.complete(sleeper, FINISHED, SECONDS)
    assert store.kept(story).finished == saved
