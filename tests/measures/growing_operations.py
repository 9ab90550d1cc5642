"""What is measured while a database grows."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import jwt

from conteur.adapters.firestore_budgets import FirestoreBudgets
from conteur.domain.story import KeptStory
from tests.adapters.stored import SECONDS, TODAY, Store, new_story
from tests.crashes.world import Database
from tests.measures.population import Population
from tests.measures.sweep import CountedLeases, sweep
from tests.stories import FINISHED

NEWEST = 20
PATIENCE_SECONDS = 900.0  # the emulator's queries look at every story: docs/growth.md
DEAD = Population(dead=20, alive=0, ended=0)


class PatientLeases(CountedLeases):
    """The adapter, which waits for a query as long as the emulator takes."""

    def expired(self, shard: int, now: datetime, most: int, _timeout: float) -> Sequence[KeptStory]:
        return super().expired(shard, now, most, PATIENCE_SECONDS)


@dataclass
class Done:
    """The parts of one run of an operation, in milliseconds, and the documents that it listed."""

    milliseconds: dict[str, float] = field(default_factory=dict)
    listed: int = 0

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Note how long the block takes."""
        began = time.monotonic()
        yield
        self.milliseconds[part] = 1000 * (time.monotonic() - began)


Operation = Callable[[Database, Store, str], Done]
"""Acts for a user by the adapters of the store, which may be connected to a relay that counts."""


def generate(_data: Database, store: Store, uid: str) -> Done:
    """Claim a story and complete it, which raises the user's and the budget's counters."""
    done, story = Done(), replace(new_story(), uid=uid)
    with done.timed("claim"):
        lease = store.claimed(story)
    with done.timed("complete"):
        store.stories.complete(lease, FINISHED, SECONDS)
    return done


def list_newest(data: Database, _store: Store, uid: str) -> Done:
    """List the user's newest stories as an app does, by the user's own rights."""
    done = Done()
    with done.timed("list"):
        done.listed = len(newest(data, uid))
    return done


def read_quota(_data: Database, store: Store, uid: str) -> Done:
    """Read what admission reads of a user: a story by its id, and the day's counters."""
    done = Done()
    with done.timed("quota"):
        store.stories.read(uid, "no story", TODAY, SECONDS)
    return done


def read_budget(_data: Database, store: Store, _uid: str) -> Done:
    """Read all shards of the day's budget."""
    done = Done()
    with done.timed("budget"):
        FirestoreBudgets(store.client).read(TODAY, SECONDS)
    return done


def sweep_dead(data: Database, store: Store, _uid: str) -> Done:
    """End stories of dead attempts."""
    done = Done()
    DEAD.load(data.store.client)
    with done.timed("sweep"):
        figures = sweep(store.client, PATIENCE_SECONDS, PatientLeases(store.client))
    assert figures.swept.complete
    assert figures.swept.ended == DEAD.dead
    asked = 1000 * figures.queries.seconds
    done.milliseconds["its queries"] = asked
    done.milliseconds["all else"] = done.milliseconds["sweep"] - asked
    return done


OPERATIONS: Mapping[str, Operation] = {
    "generate": generate,
    "list": list_newest,
    "quota": read_quota,
    "budget": read_budget,
    "sweep": sweep_dead,
}


def newest(data: Database, uid: str, reader: str | None = None) -> list[dict[str, Any]]:
    """Return a user's newest stories; Firestore's rules decide whether `reader` may have them.

    Raises HTTPError where not. The reader is the user, unless another one is given.
    """
    place = f"v1/projects/{data.project}/databases/(default)/documents/users/{uid}:runQuery"
    query = {
        "from": [{"collectionId": "stories"}],
        "orderBy": [{"field": {"fieldPath": "status.startTime"}, "direction": "DESCENDING"}],
        "limit": NEWEST,
    }
    # The emulator takes tokens without a signature.
    token = jwt.encode({"sub": reader or uid}, "", algorithm="none")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"structuredQuery": query}).encode()
    request = Request(f"http://{data.host}/{place}", body, headers)
    with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE_SECONDS) as reply:
        return [each for each in json.load(reply) if "document" in each]
