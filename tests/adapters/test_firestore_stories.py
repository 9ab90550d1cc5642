"""Stories in the real Firestore emulator."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.firestore import Client

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.story import (
    KeptStory,
    Lease,
    NewStory,
    State,
    StoryFailure,
)
from conteur.domain.story_request import Character, Genre, StoryRequest
from conteur.errors import DeadlineError, InProgressError
from tests.stories import FINISHED

pytestmark = pytest.mark.server

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 10.0


@contextmanager
def _stories_at(host: str) -> Iterator[FirestoreStories]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", host)
        client = Client(project="demo-conteur")
    yield FirestoreStories(client)
    client.close()


@pytest.fixture
def stories(firestore_host: str) -> Iterator[FirestoreStories]:
    with _stories_at(firestore_host) as kept:
        yield kept


def _new() -> NewStory:
    request = StoryRequest(
        request_id=str(uuid.uuid4()),
        prompt="a fox",
        language="en",
        genre=Genre.ANIMALS,
        characters=(Character("Mia", "curious"),),
    )
    return NewStory("alice", request, "fingerprint", NOW, NOW + timedelta(seconds=60))


FAILURE = StoryFailure(
    "TIMEOUT", "too slow", {"phase": "idle"}, retryable=True, released="Once", failed=NOW
)


def _lease(stories: FirestoreStories, story: NewStory) -> Lease:
    lease = stories.claim(story, SECONDS)
    assert lease is not None
    return lease


def _kept(stories: FirestoreStories, story: NewStory) -> KeptStory:
    kept = stories.read(story.uid, story.request.request_id, SECONDS)
    assert kept is not None
    return kept


def test_claim(stories: FirestoreStories) -> None:
    """The first claim of a story gives the lease of its first attempt."""
    story = _new()
    lease = _lease(stories, story)
    assert (lease.uid, lease.story_id, lease.attempt) == ("alice", story.request.request_id, 1)


def test_second_claim(stories: FirestoreStories) -> None:
    """The second claim finds what the first one left."""
    story = _new()
    stories.claim(story, SECONDS)
    assert stories.claim(story, SECONDS) is None
    kept = _kept(stories, story)
    assert (kept.state, kept.fingerprint) == (State.PROCESSING, "fingerprint")
    assert kept.lease_until == story.lease_until


def test_complete(stories: FirestoreStories) -> None:
    """A story that was kept is read back as it was told."""
    story = _new()
    stories.complete(_lease(stories, story), FINISHED, SECONDS)
    assert _kept(stories, story).finished == FINISHED


def test_fail(stories: FirestoreStories) -> None:
    """A failure is read back with its reason and the text that was let out."""
    story = _new()
    stories.fail(_lease(stories, story), FAILURE, SECONDS)
    assert _kept(stories, story).failure == FAILURE


def test_take_over(stories: FirestoreStories) -> None:
    """Taking over counts the attempt, renews the lease, and fences the earlier writer off."""
    story = _new()
    first = _lease(stories, story)
    later = replace(story, lease_until=NOW + timedelta(seconds=120))
    second = stories.take_over(_kept(stories, story), later, SECONDS)
    assert second is not None
    assert second.attempt == 2
    with pytest.raises(InProgressError):
        stories.complete(first, FINISHED, SECONDS)
    stories.complete(second, FINISHED, SECONDS)


def test_take_over_once(stories: FirestoreStories) -> None:
    """Of two that take over at once, one gets the lease."""
    story = _new()
    stories.claim(story, SECONDS)
    kept = _kept(stories, story)
    leases = [stories.take_over(kept, story, SECONDS) for _ in range(2)]
    assert [lease is None for lease in leases] == [False, True]


def test_store_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with _stories_at("127.0.0.1:9") as unreachable, pytest.raises(DeadlineError) as error:
        unreachable.claim(_new(), timeout=1)
    assert error.value.facts == {"phase": "admission", "cause": "network"}


def test_gone(stories: FirestoreStories) -> None:
    """A story that is not there is nothing, and no error."""
    assert stories.read("alice", str(uuid.uuid4()), SECONDS) is None


def test_deleted_while_told(stories: FirestoreStories, firestore_host: str) -> None:
    """A story whose document was deleted while it was told cannot be ended, and says so."""
    story = _new()
    lease = _lease(stories, story)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
        client = Client(project="demo-conteur")
    client.document(f"users/alice/stories/{lease.story_id}").delete()
    client.close()
    with pytest.raises((DeadlineError, InProgressError)):
        stories.complete(lease, FINISHED, SECONDS)
