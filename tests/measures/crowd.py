"""Very many completed stories, written fast: copies of one that the adapters have told."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import grpc
from google.cloud.firestore import Client, Increment
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import CommitRequest, Document

from conteur.adapters.firestore_commits import quota_path, shards_path
from tests.adapters.stored import CHARGE, NOW, SECONDS, TODAY, Store, new_story
from tests.crashes.world import Database
from tests.measures.population import BATCH, SHARDS
from tests.stories import FINISHED

WRITERS = 4
COMMIT_SECONDS = 120.0  # the emulator's memory is tidied up in between
FIRST_START = NOW - timedelta(days=30)
ADDED = {
    "reservedMicros": CHARGE.micros,
    "settledMicros": FINISHED.cost_micros,
    "givenBackMicros": CHARGE.micros - FINISHED.cost_micros,
}


@dataclass(frozen=True)
class Crowd:
    """Whose the stories are: `each` of them are one user's, and the next ones another's."""

    name: str
    each: int

    def uid(self, number: int) -> str:
        """Return whose the story of that number is."""
        return f"user-{number // self.each}"

    def grow(self, data: Database, numbers: range) -> None:
        """Add the stories of these numbers, and what is counted of them."""
        client, commits = data.store.client, _chunks(numbers)
        with _copying(data) as copy, ThreadPoolExecutor(WRITERS) as writers:
            for _ in writers.map(lambda some: copy.commit(self, some), commits):
                pass
        stories = Counter(self.uid(number) for number in numbers)
        counts = {quota_path(uid, TODAY): {"stories": told} for uid, told in stories.items()}
        shards = Counter(number % SHARDS for number in numbers)
        for shard, told in shards.items():
            path = f"{shards_path(TODAY)}/{shard}"
            counts[path] = {name: each * told for name, each in ADDED.items()}
        _raise(client, counts)


ONE_USER = Crowd("all of one user", 10**9)
MANY_USERS = Crowd("20 of each user", 20)
CROWDS = {"one": ONE_USER, "many": MANY_USERS}


@dataclass(frozen=True)
class _Copying:
    """Commits copies of `original`, the document of a story that was told."""

    firestore: FirestoreClient
    database: str
    original: Document

    def commit(self, crowd: Crowd, numbers: Sequence[int]) -> None:
        request = CommitRequest.pb(CommitRequest(database=self.database))
        original = Document.pb(self.original)
        for number in numbers:
            copy = request.writes.add().update
            copy.fields.MergeFrom(original.fields)
            copy.name = f"{self.database}/documents/users/{crowd.uid(number)}/stories/{number:07}"
            status, charge = (copy.fields[name].map_value.fields for name in ("status", "charge"))
            started = FIRST_START + timedelta(seconds=number)
            status["startTime"].timestamp_value.FromDatetime(started)
            charge["shard"].integer_value = number % SHARDS
        self.firestore.commit(
            CommitRequest.wrap(request), metadata=_metadata(self.database), timeout=COMMIT_SECONDS
        )


@contextmanager
def _copying(data: Database) -> Iterator[_Copying]:
    database = f"projects/{data.project}/databases/(default)"
    path = _told(data.store)
    with grpc.insecure_channel(data.host) as channel:
        firestore = FirestoreClient(transport=FirestoreGrpcTransport(channel=channel))
        name = f"{database}/documents/{path}"
        original = firestore.get_document({"name": name}, metadata=_metadata(database))
        yield _Copying(firestore, database, original)


def _told(store: Store) -> str:
    """Have a story told by the adapters, and return its document's path."""
    story = new_story()
    store.stories.complete(store.claimed(story), FINISHED, SECONDS)
    return f"users/{story.uid}/stories/{story.request.request_id}"


def _metadata(database: str) -> tuple[tuple[str, str], ...]:
    return ("authorization", "Bearer owner"), ("google-cloud-resource-prefix", database)


def _chunks(numbers: range) -> Iterator[range]:
    return (numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH))


def _raise(client: Client, counts: dict[str, dict[str, int]]) -> None:
    """Add to the counters at each path."""
    paths = list(counts)
    for some in (paths[at : at + BATCH] for at in range(0, len(paths), BATCH)):
        batch = client.batch()
        for path in some:
            added = {name: Increment(amount) for name, amount in counts[path].items()}
            batch.set(client.document(path), added, merge=True)
        batch.commit()
