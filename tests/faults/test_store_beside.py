"""What the store can do without: Redis and the mail server, dead, silent and back again."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count

import psycopg
import pytest

from conteur.telemetry.store_metrics import MAILS, RATE_LIMITER
from scripts.local.ports import HOST
from scripts.local.postgres import Postgres
from tests import store_rows
from tests.adapters.mail_server import MailHandler, mail_server
from tests.postgres import fresh_database
from tests.redis_server import RedisServer
from tests.served_store import API_URL, ServedStore, secrets_for, served_store

pytestmark = pytest.mark.server

DEAD = f"{HOST}:1"
REQUESTS = 10
SMTP = {"SMTP_HOST": HOST, "SMTP_SECURITY": "none", "MAIL_FROM": "no-reply@shops.example"}
MAILED = "SELECT sent_at IS NOT NULL, attempts FROM mail_outbox WHERE user_id = %(author)s"


@dataclass(frozen=True)
class Served:
    """What serves functions of the store over one database."""

    open: ExitStack
    folders: pytest.TempPathFactory
    firestore_host: str
    database: str
    numbers: "count[int]"

    def function(self, function: str = "store_api", **settings: str) -> ServedStore:
        return self.open.enter_context(
            served_store(
                self.folders.mktemp("beside"),
                secrets_for(self.database),
                self.firestore_host,
                None,
                function,
                **settings,
            )
        )

    def new_author(self) -> str:
        author = f"author-{next(self.numbers)}"
        store_rows.add_authors(self.database, author)
        return author

    def make_mails_due(self) -> None:
        """Let the time go by after which mails are sent again."""
        with psycopg.connect(self.database) as connection:
            connection.execute("UPDATE mail_outbox SET due_at = now() WHERE sent_at IS NULL")

    def mailed(self, author: str) -> list[tuple[bool, int]]:
        """Return of the author's mails whether they were sent, and how often that was tried."""
        return store_rows.rows(self.database, MAILED, author=author)


@pytest.fixture(scope="module")
def serving(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, firestore_host: str
) -> Iterator[Served]:
    with fresh_database(postgres_server) as database, ExitStack() as open_:
        yield Served(open_, tmp_path_factory, firestore_host, database, count(1))


@pytest.fixture(scope="module")
def alone(serving: Served) -> ServedStore:
    """A store whose Redis and whose mail server are dead."""
    return serving.function(REDIS_URL=f"redis://{DEAD}/0", SMTP_PORT="1", **SMTP)


def left(store: ServedStore, author: str) -> tuple[int, int]:
    """Return how many requests an author has left, and for how many seconds."""
    told = store.get("/api/store/status", store.token(author)).headers["RateLimit"]
    _, requests, seconds = told.split(";")
    return int(requests.removeprefix("r=")), int(seconds.removeprefix("t="))


def used_by_both(serving: Served, first: ServedStore, second: ServedStore) -> int:
    """Return by how much an author's request to the first lowers what is left at the second.

    Another author asks where a new minute has begun in between, when all are left again.
    """
    while True:
        author = serving.new_author()
        before, at = left(first, author)
        after, later = left(second, author)
        if later <= at:
            return before - after


def test_publishing_needs_neither(serving: Served, alone: ServedStore) -> None:
    """With Redis and the mail server dead authors publish, and their mail waits for its time."""
    author = serving.new_author()
    reply = alone.publish(author)
    assert reply.is_new
    assert reply.headers["RateLimit-Policy"] == '"default";q=120;w=60'
    assert serving.mailed(author) == [(False, 0)]


def test_the_limit_holds_without_redis(serving: Served, alone: ServedStore) -> None:
    """An instance whose Redis is dead counts by itself."""
    assert used_by_both(serving, alone, alone) == 1


def test_two_instances_share_the_limit(serving: Served, redis_server: RedisServer) -> None:
    """What an author asks of one instance counts at the other; without Redis each has its own."""
    first, second = (serving.function(REDIS_URL=redis_server.url) for _ in range(2))
    assert used_by_both(serving, first, second) == 1
    redis_server.stop()
    assert used_by_both(serving, first, second) == 0
    for store in (first, second):
        store.process.stop()
        assert store.monitoring.total(RATE_LIMITER.type, where="redis") > 0
        assert store.monitoring.total(RATE_LIMITER.type, where="fallback") > 0


def test_a_mail_is_sent_once_after_failures(serving: Served) -> None:
    """A mail that is refused for the time being is sent with a later run, and with no other."""
    handler, author = MailHandler(says={"DATA": "451 4.3.0 later"}), serving.new_author()
    with mail_server(handler) as port:
        store = serving.function(SMTP_PORT=str(port), **SMTP)
        tending = serving.function("tend_store", SMTP_PORT=str(port), **SMTP)
        assert store.publish(author).is_new
        assert run(tending) == {"failed"}
        handler.says.clear()
        assert run(tending) == set()  # its time has not come
        serving.make_mails_due()
        assert run(tending) == {"sent"}
        serving.make_mails_due()
        assert run(tending) == set()
    tending.process.stop()
    [message] = [one for one in handler.messages if one["To"] == f"{author}@example.com"]
    assert f"{API_URL}/api/stores/{author}-shop" in message.get_content()
    assert serving.mailed(author) == [(True, 2)]
    assert tending.monitoring.total(MAILS.type, result="failed") >= 1


def test_a_silent_mail_server_blocks_nobody(serving: Served) -> None:
    """While a mail server takes a connection and says nothing, authors publish as ever."""
    with socket.create_server((HOST, 0)) as silent:
        port = str(silent.getsockname()[1])
        store = serving.function(SMTP_PORT=port, **SMTP)
        assert [store.publish(serving.new_author()).is_new for _ in range(REQUESTS)] == [True] * 10
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()


def run(tending: ServedStore) -> set[str]:
    """Have the schedule call, and return what became of the mails."""
    assert tending.ask("POST", "/").status == 200
    done = tending.log("job.ended")[-1]
    return {result for result in ("sent", "failed", "given_up") if done[result]}
