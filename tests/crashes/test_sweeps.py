"""Two sweeps at once, over many stories of which a good part is dead."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from conteur.adapters import story_documents as documents
from conteur.domain.charge import Charge
from conteur.domain.story import NewStory
from conteur.use_cases.sweep_stories import Swept
from tests.adapters.stored import CHARGE, new_story
from tests.crashes.ledger import Document
from tests.crashes.world import Database

pytestmark = pytest.mark.server

DEAD, ALIVE, ENDED = 1000, 100, 1900
USERS, SHARDS = 50, 16
BATCH = 400  # of the 500 writes that a commit may have
LONG = timedelta(days=1)


@pytest.fixture(scope="module")
def swept(data: Database) -> tuple[Swept, Swept]:
    """Sweep twice at once."""
    _load(data, _documents())
    with ThreadPoolExecutor() as sweeps:
        one, other = sweeps.submit(data.sweep), sweeps.submit(data.sweep)
        return one.result(), other.result()


def test_each_story_is_ended_once(swept: tuple[Swept, Swept]) -> None:
    """Each dead story is ended by one of the sweeps, and none by both."""
    assert sum(sweep.ended for sweep in swept) == DEAD
    assert all(sweep.complete for sweep in swept)


def test_each_charge_is_given_back_once(data: Database, swept: tuple[Swept, Swept]) -> None:
    """The counters hold what the living stories hold, and nothing else has moved."""
    del swept
    ledger = data.ledger()
    assert ledger.states == {"PROCESSING": ALIVE, "FAILED": DEAD, "COMPLETED": ENDED}
    assert (ledger.total("stories"), ledger.total("running")) == (ALIVE, ALIVE)
    assert ledger.total("reservedMicros") == (DEAD + ALIVE) * CHARGE.micros
    assert ledger.total("givenBackMicros") == DEAD * CHARGE.micros


def test_a_third_sweep_finds_nothing(data: Database, swept: tuple[Swept, Swept]) -> None:
    """What was swept is out of the index."""
    del swept
    third = data.sweep()
    assert (third.ended, third.changed) == (0, 0)


def _documents() -> Iterator[tuple[str, Document]]:
    """Yield all documents by their path: the stories, and what is counted of those not ended."""
    now, counters = datetime.now(UTC), Counter[tuple[str, str]]()
    for number in range(DEAD + ALIVE + ENDED):
        story = _story(number, now)
        document = documents.claimed(story, attempt=1)
        if number >= DEAD + ALIVE:
            document["status"] = {"state": "COMPLETED"}
        else:
            quota, shard = f"users/{story.uid}/quota/{CHARGE.day}", story.charge.shard
            counters[quota, "stories"] += 1
            counters[quota, "running"] += 1
            counters[f"budget/{CHARGE.day}/shards/{shard}", "reservedMicros"] += CHARGE.micros
        yield f"users/{story.uid}/stories/{story.request.request_id}", document
    for path in {path for path, _ in counters}:
        yield path, {name: count for (at, name), count in counters.items() if at == path}


def _story(number: int, now: datetime) -> NewStory:
    dead = number < DEAD
    return replace(
        new_story(),
        uid=f"user-{number % USERS}",
        lease_until=now - LONG if dead else now + LONG,
        charge=Charge(CHARGE.day, number % SHARDS, CHARGE.micros),
    )


def _load(data: Database, everything: Iterator[tuple[str, Document]]) -> None:
    client = data.store.client
    while some := list(islice(everything, BATCH)):
        batch = client.batch()
        for path, document in some:
            batch.set(client.document(path), document)
        batch.commit()
