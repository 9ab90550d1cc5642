"""One commit: the write of a story's document, and what it adds to the counters.

The counters are fields of `users/{uid}/quota/{day}` and `budget/{day}/shards/{n}`, raised by
Firestore's increments: these neither read nor wait for each other as transactions do. A story's
write carries a precondition that its own success breaks, so a commit that is repeated because its
answer was lost fails whole, and no counter moves twice.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore import DocumentReference

from conteur.adapters import firestore_writes as writes
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_writes import Message
from conteur.adapters.google_retry import repeated
from conteur.adapters.story_documents import Document
from conteur.domain.charge import Posting
from conteur.domain.quota import Standing
from conteur.domain.story import KeptStory, Lease

KEPT_DAYS = 30  # Firestore deletes counters by their `expiresAt` (firestore.indexes.json)

Fenced = Lease | KeptStory
"""Names a story's document, and the update time that it must still have."""

_Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit has made: the story's new update time, and what its counters are now.

    `counts` has the counters that the commit has moved, by their document's path and their name.
    """

    fence: object
    counts: Mapping[str, _Counts]

    def standing(self, uid: str, day: str) -> Standing:
        """Return the user's counters of `day`, on which the commit has reserved a story."""
        return Standing(**self.counts[quota_path(uid, day)])


class Commits:
    """Writes a story and its postings together, or nothing, within `timeout` seconds.

    Each method raises what Firestore's client raises. A precondition that does not hold may mean
    that the write was taken before, and its answer lost.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(
        self, story: Fenced, fields: Document, postings: Sequence[Posting], timeout: float
    ) -> Committed:
        """Create the document. Raises AlreadyExists where there is one."""
        write = writes.creation(self._name(story), fields)
        return self._commit(story.uid, [write], postings, timeout)

    def update(
        self, story: Fenced, fields: Document, postings: Sequence[Posting], timeout: float
    ) -> Committed:
        """Change the document's fields, given by their dotted paths.

        Raises FailedPrecondition where somebody has written since its fence, and that or NotFound
        where it is gone.
        """
        write = writes.change(self._name(story), fields, story.fence)
        return self._commit(story.uid, [write], postings, timeout)

    def delete(self, story: Fenced, postings: Sequence[Posting], timeout: float) -> None:
        """Delete the document. Raises as `update` does."""
        self.delete_all(story.uid, {self._name(story): story.fence}, postings, timeout)

    def delete_all(
        self, uid: str, fences: Mapping[str, object], postings: Sequence[Posting], timeout: float
    ) -> None:
        """Delete all documents, by their full names, or none. Raises as `update` does."""
        deletions = [writes.deletion(name, fence) for name, fence in fences.items()]
        self._commit(uid, deletions, postings, timeout)

    def _commit(
        self, uid: str, own: Sequence[Message], postings: Sequence[Posting], timeout: float
    ) -> Committed:
        added = _added(uid, postings)
        raised = [
            writes.increase(self._client.name_of(path), counts, {"expiresAt": _expiry(day)})
            for (day, path), counts in added.items()
        ]
        results = repeated(
            lambda left: self._client.commit([*own, *raised], left), timeout, "firestore"
        )
        counted = zip(added.items(), results[len(own) :], strict=True)
        return Committed(
            DatetimeWithNanoseconds.from_timestamp_pb(results[0].update_time),
            {path: _now(counts, result) for ((_, path), counts), result in counted},
        )

    def _name(self, story: Fenced) -> str:
        return self._client.name_of(story_path(story.uid, story.story_id))


def story_reference(client: Client, uid: str, story_id: str) -> DocumentReference:
    """Return where a story is kept."""
    return client.document(story_path(uid, story_id))


def story_path(uid: str, story_id: str) -> str:
    """Return the path of a story's document."""
    return f"users/{uid}/stories/{story_id}"


def quota_path(uid: str, day: str) -> str:
    """Return the path of a user's counters of one day."""
    return f"users/{uid}/quota/{day}"


def shards_path(day: str) -> str:
    """Return where the shards of a day's budget are."""
    return f"budget/{day}/shards"


def _added(uid: str, postings: Sequence[Posting]) -> dict[tuple[str, str], dict[str, int]]:
    """Return what is added to each document's counters, by its day and its path.

    A counter whose postings cancel out stays, with 0: its value is asked for.
    """
    added: dict[tuple[str, str], dict[str, int]] = {}
    for posting in postings:
        for path, counts in _counters(uid, posting).items():
            for name, amount in counts.items():
                if amount:
                    sums = added.setdefault((posting.day, path), {})
                    sums[name] = sums.get(name, 0) + amount
    return added


def _counters(uid: str, posting: Posting) -> dict[str, _Counts]:
    return {
        quota_path(uid, posting.day): {"stories": posting.stories, "running": posting.running},
        f"{shards_path(posting.day)}/{posting.shard}": {
            "reservedMicros": posting.reserved,
            "settledMicros": posting.settled,
            "givenBackMicros": posting.given_back,
        },
    }


def _expiry(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=KEPT_DAYS)


def _now(added: _Counts, result: Message) -> _Counts:
    """Return what the counters are now; the server answers in the order of the increments."""
    values = (value.integer_value for value in result.transform_results)
    return dict(zip(added, values, strict=True))
