"""Stories in the real Firestore emulator."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from google.cloud.firestore import DELETE_FIELD, Client

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.story import State
from conteur.errors import DeadlineError, InProgressError
from tests.adapters.firestore_relay import stories_at
from tests.adapters.stored import FAILURE, NOW, SECONDS, claimed, claimed_again, kept, new_story
from tests.stories import FINISHED

pytestmark = pytest.mark.server


@pytest.fixture
def stories(firestore_host: str) -> Iterator[FirestoreStories]:
    with stories_at(firestore_host) as stories:
        yield stories


@pytest.fixture
def client(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    client = Client(project="demo-conteur")
    yield client
    client.close()


def test_claim(stories: FirestoreStories) -> None:
    """The first claim of a story gives the lease of its first attempt."""
    story = new_story()
    lease = claimed(stories, story)
    assert (lease.uid, lease.story_id, lease.attempt) == ("alice", story.request.request_id, 1)


def test_second_claim(stories: FirestoreStories) -> None:
    """The second claim finds what the first one left."""
    story = new_story()
    stories.claim(story, SECONDS)
    assert stories.claim(story, SECONDS) is None
    found = kept(stories, story)
    assert (found.state, found.fingerprint) == (State.PROCESSING, "fingerprint")
    assert found.lease_until == story.lease_until


def test_complete(stories: FirestoreStories) -> None:
    """A story that was kept is read back as it was told."""
    story = new_story()
    stories.complete(claimed(stories, story), FINISHED, SECONDS)
    assert kept(stories, story).finished == FINISHED


def test_fail(stories: FirestoreStories) -> None:
    """A failure is read back with its reason and the text that was let out."""
    story = new_story()
    stories.fail(claimed(stories, story), FAILURE, SECONDS)
    assert kept(stories, story).failure == FAILURE


def test_take_over(stories: FirestoreStories) -> None:
    """Taking over counts the attempt, renews the lease, and fences the earlier writer off."""
    story = new_story()
    first = claimed(stories, story)
    later = replace(claimed_again(story), lease_until=NOW + timedelta(seconds=120))
    second = stories.take_over(kept(stories, story), later, SECONDS)
    assert second is not None
    assert second.attempt == 2
    with pytest.raises(InProgressError):
        stories.complete(first, FINISHED, SECONDS)
    stories.complete(second, FINISHED, SECONDS)


def test_take_over_once(stories: FirestoreStories) -> None:
    """Of two that take over at once, one gets the lease."""
    story = new_story()
    stories.claim(story, SECONDS)
    found = kept(stories, story)
    leases = [stories.take_over(found, claimed_again(story), SECONDS) for _ in range(2)]
    assert [lease is None for lease in leases] == [False, True]


def test_store_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with stories_at("127.0.0.1:9") as unreachable, pytest.raises(DeadlineError) as error:
        unreachable.claim(new_story(), timeout=0.3)
    assert error.value.facts == {"phase": "admission", "cause": "network"}


def test_gone(stories: FirestoreStories) -> None:
    """A story that is not there is nothing, and no error."""
    assert stories.read("alice", str(uuid.uuid4()), SECONDS) is None


def test_deleted_while_told(stories: FirestoreStories, client: Client) -> None:
    """A story whose document was deleted while it was told cannot be ended, and says so."""
    lease = claimed(stories, new_story())
    client.document(f"users/alice/stories/{lease.story_id}").delete()
    with pytest.raises((DeadlineError, InProgressError)):
        stories.complete(lease, FINISHED, SECONDS)


def test_document_of_an_older_revision(stories: FirestoreStories, client: Client) -> None:
    """A document that names no holder is read, and can be taken over."""
    story = new_story()
    lease = claimed(stories, story)
    client.document(f"users/alice/stories/{lease.story_id}").update({"status.holder": DELETE_FIELD})
    older = kept(stories, story)
    assert older.holder is None
    assert stories.take_over(older, claimed_again(story), SECONDS)
