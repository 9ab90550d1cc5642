"""The worker is killed in the middle of a publication."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from itertools import count

import psycopg
import pytest
from psycopg import sql

from scripts.local.postgres import Postgres
from tests import store_rows
from tests.postgres import fresh_database
from tests.served_store import PATIENCE_SECONDS, ServedStore, secrets_for, served_store

pytestmark = pytest.mark.server

# Who waits for the first table holds the store's lock and has written nothing; who waits for the
# second has also sent the COMMIT.
TABLES = ("stores", "onboarding_events")


@dataclass(frozen=True)
class World:
    store: ServedStore
    database: str
    numbers: "count[int]"

    def new_author(self) -> str:
        author = f"author-{next(self.numbers)}"
        store_rows.add_authors(self.database, author)
        return author

    def kill_while_publishing(self, author: str, table: str) -> None:
        """Kill the worker while its publication waits to write to the table."""
        with ThreadPoolExecutor(1) as pool, self.nobody_writes(table):
            publishing = pool.submit(self.store.publish, author)
            self.store.process.wait_for(
                lambda: store_rows.waiting(self.database) == 1 or None, "waiting", PATIENCE_SECONDS
            )
            self.store.kill_worker()
            assert isinstance(publishing.exception(PATIENCE_SECONDS), OSError | HTTPException)

    @contextmanager
    def nobody_writes(self, table: str) -> Iterator[None]:
        with psycopg.connect(self.database) as connection:
            lock = sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table))
            connection.execute(lock)
            yield


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, firestore_host: str
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("worker")
    with (
        fresh_database(postgres_server) as database,
        served_store(
            folder, secrets_for(database), firestore_host, GUNICORN_LOG_LEVEL="info"
        ) as store,
    ):
        yield World(store, database, count(1))


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_half_done(world: World, table: str) -> None:
    """A publication whose worker was killed has its event, or there is neither."""
    author = world.new_author()
    world.kill_while_publishing(author, table)
    world.store.publish(author)
    assert store_rows.events(world.database, author) == 1
    assert store_rows.unsound(world.database) == []


def test_the_lock_goes_with_the_worker(world: World) -> None:
    """The next request publishes, for the killed one holds nothing any more."""
    author = world.new_author()
    world.kill_while_publishing(author, TABLES[0])
    assert world.store.publish(author).is_new
    assert world.store.log("Retry attempt") == []
