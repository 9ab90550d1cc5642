"""A database full of stories: dead ones, living ones and ended ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from google.cloud.firestore import DELETE_FIELD, Client

from conteur.adapters import story_documents as documents
from conteur.adapters.firestore_commits import quota_path, shards_path
from conteur.domain.charge import Charge
from conteur.domain.story import NewStory
from tests.adapters.stored import CHARGE, new_story
from tests.crashes.ledger import Document
from tests.stories import FINISHED

USERS, SHARDS = 50, 16
BATCH = 400  # of the 500 writes that a commit may have
LONG = timedelta(days=1)


@dataclass(frozen=True)
class Population:
    """How many stories are PROCESSING with a lease that is over, or is not, and COMPLETED."""

    dead: int
    alive: int
    ended: int

    def load(self, client: Client) -> None:
        """Write the stories, and what is counted of those not ended."""
        everything = self._documents()
        while some := list(islice(everything, BATCH)):
            batch = client.batch()
            for path, document in some:
                batch.set(client.document(path), document)
            batch.commit()

    def _documents(self) -> Iterator[tuple[str, Document]]:
        """Yield all documents by their path."""
        now, counters = datetime.now(UTC), Counter[tuple[str, str]]()
        for number in range(self.dead + self.alive + self.ended):
            story = self._story(number, now)
            document = documents.claimed(story, attempt=1)
            if number >= self.dead + self.alive:
                _complete(document)
            else:
                quota, shard = quota_path(story.uid, CHARGE.day), story.charge.shard
                counters[quota, "stories"] += 1
                counters[quota, "running"] += 1
                counters[f"{shards_path(CHARGE.day)}/{shard}", "reservedMicros"] += CHARGE.micros
            yield f"users/{story.uid}/stories/{story.request.request_id}", document
        for path in {path for path, _ in counters}:
            yield path, {name: count for (at, name), count in counters.items() if at == path}

    def _story(self, number: int, now: datetime) -> NewStory:
        dead = number < self.dead
        return replace(
            new_story(),
            uid=f"user-{number % USERS}",
            lease_until=now - LONG if dead else now + LONG,
            charge=Charge(CHARGE.day, number % SHARDS, CHARGE.micros),
        )


def _complete(document: Document) -> None:
    for path, value in documents.completed(FINISHED).items():
        place = document
        *above, name = path.split(".")
        for each in above:
            place = place[each]
        if value is DELETE_FIELD:
            place.pop(name, None)
        else:
            place[name] = value
