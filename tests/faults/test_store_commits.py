"""PostgreSQL commits a publication, or does not, and the connection breaks before it can say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from scripts.local.postgres import Postgres
from tests import store_rows
from tests.cut_proxy import CutProxy
from tests.postgres import fresh_database
from tests.served_store import ServedStore, secrets_for, served_store

pytestmark = pytest.mark.server

QUICKLY = {"STORE_INITIAL_DELAY_MS": "10"}
ONLY_ONCE = {"STORE_MAX_ATTEMPTS": "1"}
KEYS: tuple[dict[str, str], ...] = ({}, {"Idempotency_Key": "a-key"})
COMMITTED = pytest.mark.parametrize("committed", [True, False], ids=["committed", "not committed"])
KEYED = pytest.mark.parametrize("key", KEYS, ids=["no key", "key"])


@dataclass(frozen=True)
class World:
    """A served store that reaches its database through a proxy."""

    store: ServedStore
    proxy: CutProxy
    database: str
    numbers: "count[int]"

    def new_author(self) -> str:
        author = f"author-{next(self.numbers)}"
        store_rows.add_authors(self.database, author)
        return author


@pytest.fixture(scope="module", params=[QUICKLY, ONLY_ONCE], ids=["retried", "not retried"])
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: Postgres,
    firestore_host: str,
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("commits")
    with fresh_database(postgres_server) as database, CutProxy(database).serve() as proxy:
        secrets = secrets_for(proxy.url)
        with served_store(folder, secrets, firestore_host, **request.param) as store:
            yield World(store, proxy, database, count(1))


@pytest.fixture
def retried(world: World) -> bool:
    return world.store.process.command.env["STORE_MAX_ATTEMPTS"] != "1"


@COMMITTED
@KEYED
def test_a_lost_commit_publishes_once(
    world: World, key: dict[str, str], *, retried: bool, committed: bool
) -> None:
    """Who is told anything but when to come again has published, and nobody has twice."""
    author = world.new_author()
    world.proxy.cut_next_commit(committed=committed)
    cuts = world.proxy.cuts
    reply = world.store.publish(author, **key)
    assert world.proxy.cuts == cuts + 1
    if retried:
        assert reply.is_new
    else:
        assert (reply.status, reply.body["error"]) == (503, "DATABASE_UNAVAILABLE")
        assert reply.retry_after > 0
    assert store_rows.events(world.database, author) == int(retried or committed)
    assert store_rows.unsound(world.database) == []


@COMMITTED
@KEYED
def test_who_repeats_the_request_has_published_once(
    world: World, key: dict[str, str], *, retried: bool, committed: bool
) -> None:
    """The same request again is answered 200; with its key as new, as it was to be answered."""
    author = world.new_author()
    world.proxy.cut_next_commit(committed=committed)
    world.store.publish(author, **key)
    again = world.store.publish(author, **key)
    assert again.status == 200
    assert again.is_new == bool(key or not (retried or committed))
    assert store_rows.events(world.database, author) == 1
    assert store_rows.published(world.database)[author] == again.published_at
