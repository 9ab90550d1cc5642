"""What the tests of Firestore's adapters store, and what is counted of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds

from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.charge import Charge
from conteur.domain.quota import Standing
from conteur.domain.story import Checkpoint, KeptStory, Lease, NewStory, StoryFailure
from conteur.domain.story_request import Character, Genre, StoryRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = DatetimeWithNanoseconds(2026, 1, 1, tzinfo=UTC)
TODAY = "2026-01-01"
CHARGE = Charge(TODAY, shard=3, micros=500)
NEXT_CHARGE = Charge("2026-01-02", shard=7, micros=900)
SECONDS = 10.0
FAILURE = StoryFailure(
    "TIMEOUT", "too slow", {"phase": "idle"}, retryable=True, released="Once", failed=NOW
)
CHECKPOINT = Checkpoint("Once upon", NOW + timedelta(seconds=5), NOW + timedelta(seconds=25))


def new_story(story_id: str | None = None) -> NewStory:
    request = StoryRequest(
        request_id=story_id or str(uuid.uuid4()),
        prompt="a fox",
        language="en",
        genre=Genre.ANIMALS,
        characters=(Character("Mia", "curious"),),
    )
    lease_until = NOW + timedelta(seconds=20)
    return NewStory(
        "alice", request, "fingerprint", NOW, lease_until, holder=uuid.uuid4().hex, charge=CHARGE
    )


def claimed_again(story: NewStory) -> NewStory:
    """Return another claim of the same story, as of a request that is sent again."""
    return replace(story, holder=uuid.uuid4().hex)


def sweeping(kept: KeptStory) -> Lease:
    """Return the lease with which the sweep ends the story."""
    assert kept.charge is not None
    return Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, "a sweep", kept.charge)


@dataclass(frozen=True)
class Counted:
    """The counters of one charge: its user's, and those of its shard."""

    stories: int = 0
    running: int = 0
    reserved: int = 0
    settled: int = 0
    given_back: int = 0


TOLD_NOW = Counted(stories=1, running=1, reserved=500)
COMPLETED = Counted(stories=1, reserved=500, settled=120, given_back=380)  # tests.stories.FINISHED
FAILED = Counted(reserved=500, given_back=500)


class Store:
    """One project's database: the adapter, and what it keeps."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.stories = FirestoreStories(client)

    def claimed(self, story: NewStory) -> Lease:
        claimed = self.stories.claim(story, SECONDS)
        assert claimed is not None
        return claimed.lease

    def taken_over(self, story: NewStory) -> Lease:
        taken = self.stories.take_over(self.kept(story), story, SECONDS)
        assert taken is not None
        return taken.lease

    def taken_over_by_older_revision(self, story: NewStory, holder: Mapping[str, str]) -> None:
        """Replace the status as a revision does that knows no charge: the one there is left."""
        status = {"state": "PROCESSING", "attempt": 2, "startTime": NOW, "updateTime": NOW}
        reference = self.client.document(f"users/{story.uid}/stories/{story.request.request_id}")
        reference.update({"status": {**status, "leaseUntil": story.lease_until, **holder}})

    def found(self, story: NewStory) -> KeptStory | None:
        story_id = story.request.request_id
        return self.stories.read(story.uid, story_id, TODAY, SECONDS).story

    def kept(self, story: NewStory) -> KeptStory:
        found = self.found(story)
        assert found is not None
        return found

    def standing(self, uid: str, day: str = TODAY) -> Standing:
        return self.stories.read(uid, "no story", day, SECONDS).standing

    def document(self, story: NewStory) -> dict[str, Any]:
        return self._document(f"users/{story.uid}/stories/{story.request.request_id}")

    def counted(self, charge: Charge = CHARGE, uid: str = "alice") -> Counted:
        quota = self._document(f"users/{uid}/quota/{charge.day}")
        shard = self._document(f"budget/{charge.day}/shards/{charge.shard}")
        names = {"reservedMicros": "reserved", "settledMicros": "settled"}
        names |= {"givenBackMicros": "given_back", "stories": "stories", "running": "running"}
        return Counted(**{names[name]: n for name, n in (quota | shard).items() if name in names})

    def _document(self, path: str) -> dict[str, Any]:
        return self.client.document(path).get().to_dict() or {}
