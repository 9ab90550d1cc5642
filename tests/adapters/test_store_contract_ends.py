"""How stories end in the fake and in Firestore: their contract, as in test_store_contract.py."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from conteur.domain.quota import Standing
from conteur.domain.story import State, StoryFailure
from conteur.errors import DeadlineError, InProgressError, StoryNotFoundError
from tests.adapters.contract import Both
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import (
    CHECKPOINT,
    FAILURE,
    new_story,
    sweeping,
)
from tests.stories import FINISHED

OTHER = replace(FINISHED, story=replace(FINISHED.story, text="Once there was an owl."))
SILENT = replace(FAILURE, released="")
STORY_ID = "4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f"
STORY = new_story(STORY_ID)

pytestmark = pytest.mark.server


@pytest.fixture
def both(firestore_host: str) -> Iterator[Both]:
    with store_at(firestore_host, new_project()) as store:
        yield Both(store.client)


def test_complete(both: Both) -> None:
    """A story is completed once; who completes the same one again is told no more than that."""
    lease = both.claimed(STORY)
    both.complete(lease, FINISHED)
    both.complete(lease, FINISHED)
    assert both.kept(STORY_ID).finished == FINISHED
    assert both.standing() == Standing(stories=1)


def test_complete_with_an_old_fence(both: Both) -> None:
    """A checkpoint of its own, whose new fence is not known, does not hinder the end."""
    lease = both.claimed(STORY)
    both.checkpoint(lease, CHECKPOINT)
    both.complete(lease, FINISHED)
    assert both.kept(STORY_ID).released == FINISHED.story.text


def test_complete_after_the_sweep(both: Both) -> None:
    """Where the sweep was faster, the store did not take the story in time."""
    lease = both.claimed(STORY)
    both.swept(STORY)
    with pytest.raises(DeadlineError):
        both.complete(lease, FINISHED)
    assert both.kept(STORY_ID).state is State.FAILED


def test_complete_after_a_take_over(both: Both) -> None:
    """Whoever has taken the story over keeps it, and so do they who ended it then."""
    lease = both.claimed(STORY)
    other = both.taken_over(STORY)
    with pytest.raises(InProgressError):
        both.complete(lease, FINISHED)
    both.fail(other, FAILURE)
    with pytest.raises(InProgressError):
        both.complete(lease, FINISHED)


def test_complete_after_a_late_save(both: Both) -> None:
    """A late save's text is the story: another of the same holder is not put in its place."""
    lease = both.claimed(STORY)
    assert both.complete_late(both.kept(STORY_ID), OTHER)
    with pytest.raises(InProgressError):
        both.complete(lease, FINISHED)
    both.complete(lease, OTHER)
    assert both.kept(STORY_ID).finished == OTHER


@pytest.mark.parametrize("failure", [FAILURE, SILENT])
def test_fail(both: Both, failure: StoryFailure) -> None:
    """A story that failed keeps the newest text that was let out, and holds nothing."""
    both.fail(both.checkpoint(both.claimed(STORY), CHECKPOINT), failure)
    kept = both.kept(STORY_ID)
    released = failure.released or "Once upon"
    assert (kept.released, kept.failure) == (released, replace(failure, released=released))
    assert both.standing() == Standing()


def test_fail_of_what_is_withheld(both: Both) -> None:
    """A story that nobody may read keeps no text, whatever was let out or kept before."""
    withheld = replace(SILENT, withheld=True)
    both.fail(both.checkpoint(both.claimed(STORY), CHECKPOINT), withheld)
    kept = both.kept(STORY_ID)
    assert (kept.released, kept.failure) == ("", SILENT)


def test_fail_of_what_was_read(both: Both) -> None:
    """A failure that costs something stays counted, and what it cost is settled."""
    both.fail(both.claimed(STORY), replace(SILENT, cost_micros=30))
    assert both.standing() == Standing(stories=1)


def test_fail_of_what_has_ended(both: Both) -> None:
    """A failure behind the story's own end leaves it as it is."""
    lease = both.claimed(STORY)
    both.fail(lease, FAILURE)
    both.fail(lease, SILENT)
    assert both.kept(STORY_ID).failure == FAILURE
    lease = both.taken_over(STORY)
    both.complete(lease, FINISHED)
    both.fail(lease, FAILURE)
    assert both.kept(STORY_ID).state is State.COMPLETED


def test_fail_after_a_take_over(both: Both) -> None:
    """Who has lost the lease does not end the story."""
    lease = both.claimed(STORY)
    both.taken_over(STORY)
    with pytest.raises(InProgressError):
        both.fail(lease, FAILURE)


def test_a_sweep(both: Both) -> None:
    """A story that nobody has written to is ended, once."""
    both.claimed(STORY)
    late = sweeping(both.kept(STORY_ID))
    both.swept(STORY)
    with pytest.raises(InProgressError):
        both.fail(late, FAILURE)
    assert both.standing() == Standing()


def test_a_sweep_of_what_has_changed(both: Both) -> None:
    """A story that is told on is left."""
    lease = both.claimed(STORY)
    late = sweeping(both.kept(STORY_ID))
    both.checkpoint(lease, CHECKPOINT)
    with pytest.raises(InProgressError):
        both.fail(late, FAILURE)
    assert both.kept(STORY_ID).state is State.PROCESSING


def test_writes_to_what_is_gone(both: Both) -> None:
    """A story that was deleted is told to be gone, by whichever write."""
    lease = both.claimed(STORY)
    both.withdraw(lease)
    for write in (
        lambda: both.complete(lease, FINISHED),
        lambda: both.fail(lease, FAILURE),
        lambda: both.checkpoint(lease, CHECKPOINT),
    ):
        with pytest.raises(StoryNotFoundError):
            write()


@pytest.mark.parametrize("failed", [False, True])
def test_complete_late(both: Both, *, failed: bool) -> None:
    """A late save settles what a story holds, or charges what was given back."""
    lease = both.claimed(STORY)
    if failed:
        both.fail(lease, FAILURE)
    found = both.kept(STORY_ID)
    assert both.complete_late(found, replace(FINISHED, cost_micros=700))
    assert both.standing() == Standing(stories=1)


def test_complete_late_of_what_is_complete(both: Both) -> None:
    """A late save that is repeated finds its own story; one of another text does not get in."""
    both.claimed(STORY)
    found = both.kept(STORY_ID)
    assert both.complete_late(found, FINISHED)
    assert both.complete_late(found, FINISHED)
    assert not both.complete_late(found, OTHER)
    assert both.complete_late(both.kept(STORY_ID), OTHER)


def test_complete_late_of_what_has_changed(both: Both) -> None:
    """A story that was taken over, or deleted, since it was read is not completed late."""
    both.claimed(STORY)
    found = both.kept(STORY_ID)
    lease = both.taken_over(STORY)
    assert not both.complete_late(found, FINISHED)
    found = both.kept(STORY_ID)
    both.withdraw(lease)
    assert not both.complete_late(found, FINISHED)
