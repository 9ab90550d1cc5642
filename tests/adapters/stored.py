"""What the tests of Firestore's adapter store."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.story import KeptStory, Lease, NewStory, StoryFailure
from conteur.domain.story_request import Character, Genre, StoryRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 10.0
FAILURE = StoryFailure(
    "TIMEOUT", "too slow", {"phase": "idle"}, retryable=True, released="Once", failed=NOW
)


def new_story() -> NewStory:
    request = StoryRequest(
        request_id=str(uuid.uuid4()),
        prompt="a fox",
        language="en",
        genre=Genre.ANIMALS,
        characters=(Character("Mia", "curious"),),
    )
    lease_until = NOW + timedelta(seconds=60)
    return NewStory("alice", request, "fingerprint", NOW, lease_until, holder=uuid.uuid4().hex)


def claimed_again(story: NewStory) -> NewStory:
    """Return another claim of the same story, as of a request that is sent again."""
    return replace(story, holder=uuid.uuid4().hex)


def claimed(stories: FirestoreStories, story: NewStory) -> Lease:
    lease = stories.claim(story, SECONDS)
    assert lease is not None
    return lease


def kept(stories: FirestoreStories, story: NewStory) -> KeptStory:
    found = stories.read(story.uid, story.request.request_id, SECONDS)
    assert found is not None
    return found
