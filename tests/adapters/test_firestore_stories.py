"""Stories in the real Firestore emulator."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.firestore import Client

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.model_events import Finish, Usage
from conteur.domain.story import (
    FinishedStory,
    KeptStory,
    Lease,
    NewStory,
    State,
    StoryFailure,
    StoryText,
)
from conteur.domain.story_request import Character, Genre, StoryRequest
from conteur.errors import DeadlineError, InProgressError

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


FINISHED = FinishedStory(
    story=StoryText("The Fox", "Once.", "en", 1),
    finish=Finish.STOP,
    usage=Usage(1, 2),
    model="scripted-1",
    prompt_version="story-1",
    length_ratio=0.5,
    first_token_ms=10,
    total_ms=20,
    completed=NOW,
)
FAILURE = StoryFailure("TIMEOUT", "too slow", {"phase": "idle"}, True, "Once", NOW)  # noqa: FBT003


def _lease(claimed: Lease | KeptStory) -> Lease:
    assert isinstance(claimed, Lease)
    return claimed


def _kept(claimed: Lease | KeptStory) -> KeptStory:
    assert isinstance(claimed, KeptStory)
    return claimed


def test_claim(stories: FirestoreStories) -> None:
    """The first claim of a story gives the lease of its first attempt."""
    story = _new()
    lease = _lease(stories.claim(story, SECONDS))
    assert (lease.uid, lease.story_id, lease.attempt) == ("alice", story.request.request_id, 1)


def test_second_claim(stories: FirestoreStories) -> None:
    """The second claim reads what the first one left."""
    story = _new()
    stories.claim(story, SECONDS)
    kept = _kept(stories.claim(story, SECONDS))
    assert (kept.state, kept.fingerprint) == (State.PROCESSING, "fingerprint")
    assert kept.lease_until == story.lease_until


def test_complete(stories: FirestoreStories) -> None:
    """A story that was kept is read back as it was told."""
    story = _new()
    stories.complete(_lease(stories.claim(story, SECONDS)), FINISHED, SECONDS)
    assert _kept(stories.claim(story, SECONDS)).finished == FINISHED


def test_fail(stories: FirestoreStories) -> None:
    """A failure is read back with its reason and the text that was let out."""
    story = _new()
    stories.fail(_lease(stories.claim(story, SECONDS)), FAILURE, SECONDS)
    assert _kept(stories.claim(story, SECONDS)).failure == FAILURE


def test_take_over(stories: FirestoreStories) -> None:
    """Taking over counts the attempt, renews the lease, and fences the earlier writer off."""
    story = _new()
    first = _lease(stories.claim(story, SECONDS))
    later = replace(story, lease_until=NOW + timedelta(seconds=120))
    second = stories.take_over(_kept(stories.claim(story, SECONDS)), later, SECONDS)
    assert second is not None
    assert second.attempt == 2
    with pytest.raises(InProgressError):
        stories.complete(first, FINISHED, SECONDS)
    stories.complete(second, FINISHED, SECONDS)


def test_take_over_once(stories: FirestoreStories) -> None:
    """Of two that take over at once, one gets the lease."""
    story = _new()
    stories.claim(story, SECONDS)
    kept = _kept(stories.claim(story, SECONDS))
    leases = [stories.take_over(kept, story, SECONDS) for _ in range(2)]
    assert [lease is None for lease in leases] == [False, True]


def test_store_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with _stories_at("127.0.0.1:9") as unreachable, pytest.raises(DeadlineError) as error:
        unreachable.claim(_new(), timeout=1)
    assert error.value.facts == {"phase": "admission", "cause": "network"}
