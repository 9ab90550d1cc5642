"""PostgreSQL is restarted or crashes, or the worker is killed, while many authors publish."""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

import pytest

from scripts.local.postgres import Postgres, postgres
from scripts.local.run_directory import run_directory
from scripts.ops.migrations import migrate
from tests import store_rows
from tests.served_store import (
    LATEST_MS,
    PATIENCE_SECONDS,
    Reply,
    ServedStore,
    secrets_for,
    served_store,
)

pytestmark = pytest.mark.server

AT_ONCE = 16
ENOUGH = 40  # publications before the server goes, and after it is back
RETRY = "Retry attempt"
MOST_AUTHORS = 20_000
KILLS = 5
# How PostgreSQL ends; the worker is killed, at whatever it is then.
WAYS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "crash": signal.SIGKILL}
WORKER = "worker"


@dataclass
class Load:
    """Authors who publish one after the other, AT_ONCE at a time; each once.

    `retries` tells how often a transaction was tried again, `broken` who was not answered.
    """

    store: ServedStore
    authors: Iterator[str]
    replies: dict[str, Reply] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    retries: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _over: bool = False

    @contextmanager
    def running(self) -> Iterator[None]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            publishing = [pool.submit(self._publish) for _ in range(AT_ONCE)]
            try:
                yield
            finally:
                self._over = True
        for each in publishing:
            each.result()

    def wait_for_more(self) -> None:
        """Wait until ENOUGH more authors have published."""
        with self._changed:
            enough = self._published() + ENOUGH
            assert self._changed.wait_for(lambda: self._published() >= enough, PATIENCE_SECONDS)

    def ended(self, status: int) -> dict[str, Reply]:
        return {author: one for author, one in self.replies.items() if one.status == status}

    def _published(self) -> int:
        return len(self.ended(200))

    def _publish(self) -> None:
        while not self._over:
            with self._changed:
                author = next(self.authors)
            try:
                reply = self.store.publish(author)
            except (OSError, HTTPException):
                self.broken.append(author)
                continue
            with self._changed:
                self.replies[author] = reply
                self._changed.notify_all()


@dataclass(frozen=True)
class World:
    """A served store over a PostgreSQL that keeps what it has acknowledged."""

    store: ServedStore
    server: Postgres
    authors: Iterator[str]

    def load(self, meanwhile: Callable[[], None], times: int = 1) -> Load:
        """Return the load that went on meanwhile, and after all was back."""
        load, before = Load(self.store, self.authors), len(self.store.log(RETRY))
        with load.running():
            load.wait_for_more()
            for _ in range(times):
                meanwhile()
                load.wait_for_more()
        load.retries = len(self.store.log(RETRY)) - before
        return load


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, firestore_host: str) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("restarts")
    names = [f"author-{number}" for number in range(MOST_AUTHORS)]
    with run_directory() as data, postgres(data, {"fsync": "on"}) as server:
        migrate(server.url())
        store_rows.add_authors(server.url(), *names)
        with served_store(
            folder, secrets_for(server.url()), firestore_host, GUNICORN_LOG_LEVEL="info"
        ) as store:
            yield World(store, server, iter(names))


@pytest.fixture(scope="module", params=[*WAYS, WORKER])
def load(world: World, request: pytest.FixtureRequest) -> Load:
    if request.param == WORKER:
        return world.load(world.store.kill_worker, KILLS)
    return world.load(lambda: world.server.restart(WAYS[request.param]))


def test_it_happened_in_the_midst(load: Load) -> None:
    """Transactions that were under way were tried again, or their callers never answered."""
    assert load.retries or load.broken
    assert load.retries == 0 or load.broken == []


def test_every_request_is_told_what_became_of_it(load: Load) -> None:
    """While something is away authors are told when to come again, and nothing else."""
    later = load.ended(503)
    assert later.keys() | load.ended(200).keys() == load.replies.keys()
    assert all(reply.retry_after > 0 for reply in later.values())


def test_no_publication_is_lost(load: Load, world: World) -> None:
    """Whoever was told that their store is public finds it so, with the time they were told."""
    kept = store_rows.published(world.server.url())
    told = {author: reply.published_at for author, reply in load.ended(200).items()}
    assert {author: kept.get(author) for author in told} == told


def test_no_publication_happens_twice(load: Load, world: World) -> None:
    """Each store that is public has one event, its own publication's, and no other has any."""
    assert load.replies
    assert store_rows.unsound(world.server.url()) == []


def test_who_comes_again_has_published(load: Load, world: World) -> None:
    """Who was to come again, or heard nothing, finds their store public or publishes it then."""
    later = [*load.ended(503), *load.broken]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        again = list(pool.map(world.store.publish, later))
    assert {reply.status for reply in again} <= {200}
    assert store_rows.unsound(world.server.url()) == []


@pytest.mark.usefixtures("load")
def test_every_request_ends_in_time(world: World) -> None:
    """Nobody has waited a second longer than a request's deadline."""
    ends = world.store.log("call.ended")
    assert len(ends) > ENOUGH
    assert max(line["ms"] for line in ends) <= LATEST_MS
