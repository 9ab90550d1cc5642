"""When stories expire, in the real Firestore emulator; it deletes none by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.retention import FOR_EVER, Retention
from conteur.domain.story import NewStory
from tests.adapters.stored import FAILURE, SECONDS, Store, claimed_again, new_story, sweeping
from tests.stories import FINISHED

pytestmark = pytest.mark.server

RETENTION = Retention(completed_days=730, failed_days=30)
COMPLETED_UNTIL = FINISHED.completed + timedelta(days=730)
FAILED_UNTIL = FAILURE.failed + timedelta(days=30)


@pytest.fixture
def store(store: Store) -> Store:
    """Return a store that keeps nothing for ever."""
    store.stories = FirestoreStories(store.client, RETENTION)
    return store


def expiry(store: Store, story: NewStory) -> datetime | None:
    expires: datetime | None = store.document(story).get("expiresAt")
    return expires


def failed(store: Store, story: NewStory) -> None:
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)


def test_while_it_is_told(store: Store) -> None:
    """A story that is being told does not expire."""
    story = new_story()
    store.claimed(story)
    assert expiry(store, story) is None


def test_completed(store: Store) -> None:
    """A completed story expires so many days after its end."""
    story = new_story()
    store.stories.complete(store.claimed(story), FINISHED, SECONDS)
    assert expiry(store, story) == COMPLETED_UNTIL


def test_failed(store: Store) -> None:
    """A failed story expires sooner."""
    story = new_story()
    failed(store, story)
    assert expiry(store, story) == FAILED_UNTIL


def test_swept(store: Store) -> None:
    """A story that the sweep has ended expires as a failed one."""
    story = new_story()
    store.claimed(story)
    store.stories.fail(sweeping(store.kept(story)), FAILURE, SECONDS)
    assert expiry(store, story) == FAILED_UNTIL


def test_taken_over(store: Store) -> None:
    """A failed story that is told again does not expire until it has ended again."""
    story = new_story()
    failed(store, story)
    lease = store.taken_over(claimed_again(story))
    assert expiry(store, story) is None
    store.stories.complete(lease, FINISHED, SECONDS)
    assert expiry(store, story) == COMPLETED_UNTIL


def test_completed_late(store: Store) -> None:
    """A failed story that is completed after all is kept for as long as other completed ones."""
    story = new_story()
    failed(store, story)
    late = replace(FINISHED, completed=FINISHED.completed + timedelta(hours=5))
    assert store.stories.complete_late(store.kept(story), late, SECONDS)
    assert expiry(store, story) == COMPLETED_UNTIL + timedelta(hours=5)


def test_for_ever(store: Store) -> None:
    """Where nothing is to expire, the time of an earlier end is taken out as well."""
    story = new_story()
    failed(store, story)
    store.stories = FirestoreStories(store.client, FOR_EVER)
    assert store.stories.complete_late(store.kept(story), FINISHED, SECONDS)
    assert expiry(store, story) is None
