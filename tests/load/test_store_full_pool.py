"""Every connection to the database is in use: somebody else holds what authors wait for."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from conteur.adapters.postgres.pool import WAIT_SECONDS
from scripts.local.postgres import Postgres
from scripts.local.serving import public_settings
from tests import store_rows
from tests.postgres import fresh_database
from tests.served_store import (
    PATIENCE_SECONDS,
    Reply,
    ServedStore,
    at_once,
    secrets_for,
    served_store,
)

pytestmark = pytest.mark.server

POOL = int(public_settings()["STORE_POOL_SIZE"])
DEADLINE_SECONDS = 5  # the shortest, below the longest wait for a lock
FIRST = [f"first-{number}" for number in range(POOL)]  # for whom the connections are made
HELD = [f"held-{number}" for number in range(POOL)]
OTHERS = [f"other-{number}" for number in range(2 * POOL)]


@dataclass(frozen=True)
class Full:
    """What authors were told while others' stores were locked, who had all connections.

    `held` are those whose stores were locked, `others` all else, and `afterwards` both, later.
    """

    store: ServedStore
    database: str
    held: list[Reply]
    others: list[Reply]
    afterwards: list[Reply]


@pytest.fixture(scope="module")
def full(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, firestore_host: str
) -> Iterator[Full]:
    folder = tmp_path_factory.mktemp("pool")
    with (
        fresh_database(postgres_server) as database,
        served_store(
            folder,
            secrets_for(database),
            firestore_host,
            STORE_DEADLINE_SECONDS=str(DEADLINE_SECONDS),
        ) as store,
    ):
        store_rows.add_authors(database, *FIRST, *HELD, *OTHERS)
        at_once(store, FIRST)
        with locked(database), ThreadPoolExecutor(1) as pool:
            held = pool.submit(at_once, store, HELD)
            store.process.wait_for(lambda: all_wait(database, held), "full", PATIENCE_SECONDS)
            others = at_once(store, OTHERS)
            held.result()
        yield Full(store, database, held.result(), others, at_once(store, HELD + OTHERS))


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Hold the stores that no author can change then."""
    with psycopg.connect(database) as connection:
        connection.execute("SELECT 1 FROM stores WHERE user_id = ANY (%s) FOR UPDATE", (HELD,))
        yield


def all_wait(database: str, held: "Future[list[Reply]]") -> bool | None:
    assert not held.done()
    return store_rows.waiting(database) == POOL or None


def times_of(store: ServedStore, replies: list[Reply]) -> list[int]:
    """Return the milliseconds that the function has taken for each of the answers."""
    ms = {line["correlationId"]: int(line["ms"]) for line in store.log("call.ended")}
    return [ms[reply.body["correlationId"]] for reply in replies]


def test_who_finds_no_connection_is_told_so(full: Full) -> None:
    """An author for whom no connection is free is told when to come again."""
    assert {(reply.status, reply.body["error"]) for reply in full.others} == {
        (503, "DATABASE_BUSY")
    }
    assert all(reply.retry_after > 0 for reply in full.others)


def test_who_finds_no_connection_is_told_soon(full: Full) -> None:
    """Nobody waits for a connection as long as a request may take."""
    longest = max(times_of(full.store, full.others))
    assert 1000 * WAIT_SECONDS <= longest < 1000 * DEADLINE_SECONDS


def test_who_waits_for_a_lock_is_told_in_time(full: Full) -> None:
    """A request whose row stays locked ends within a second of its deadline."""
    assert {reply.status for reply in full.held} == {503}
    assert all(reply.retry_after > 0 for reply in full.held)
    assert max(times_of(full.store, full.held)) <= 1000 * (DEADLINE_SECONDS + 1)


def test_all_are_served_afterwards(full: Full) -> None:
    """Once the locks are gone everybody publishes, and nothing of before has been left."""
    assert [reply.is_new for reply in full.afterwards] == [True] * len(HELD + OTHERS)
    assert store_rows.unsound(full.database) == []
