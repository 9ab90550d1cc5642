"""A served store that can be broken, the two users of its database, and a desk beside it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from scripts.local.postgres import Postgres
from scripts.ops.database import URL
from scripts.ops.place import FIRESTORE
from scripts.ops.sql_statements import statements
from tests import store_rows
from tests.postgres import TEMPLATE, fresh_database, migrated_server
from tests.procedures.commands import ROOT, filled
from tests.procedures.runbook import FIND, Runbook
from tests.procedures.stack import Desk, desk
from tests.served_store import PATIENCE_SECONDS, Reply, ServedStore, secrets_for, served_store

SERVICE = "store-api"
ROLE = "store_service"  # as docs/deploy.md names it
NOTHING: Mapping[str, str] = {}
_NUMBERS = count(1)
_END_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'store_service'
"""


@dataclass(frozen=True)
class Complaint:
    """What an author was answered, and all that the operator saw who followed a page."""

    author: str
    reply: Reply
    seen: str


@dataclass
class Shop:
    """A database of its own, and one instance that serves it at a time.

    `owner` and `service` are the URLs of the database's two users.
    """

    server: Postgres
    owner: str
    firestore_host: str
    folder: Path
    page: Runbook
    open: ExitStack
    _instance: ExitStack = field(default_factory=ExitStack)

    store: ServedStore = field(init=False)
    desk: Desk = field(init=False)

    @property
    def service(self) -> str:
        return self.as_service(self.server.password)

    def as_service(self, password: str) -> str:
        """Return the URL of the functions' user with a password."""
        parts = urlsplit(self.owner)
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{ROLE}:{password}@{place}").geturl()

    def deploy(self, secrets: Mapping[str, str] = NOTHING, /, **settings: str) -> None:
        """Serve with these settings in the place of what was served before."""
        self._instance.close()
        self._instance = self.open.enter_context(ExitStack())
        known = {**secrets_for(self.service), **secrets}
        serving = served_store(self.folder, known, self.firestore_host, **settings)
        self.store = self._instance.enter_context(serving)
        environment = {URL: self.owner, FIRESTORE: self.firestore_host}
        self.desk = self._instance.enter_context(desk({SERVICE: self.store.process}, **environment))

    def new_author(self, name: str = "author") -> str:
        """Add an author who has done all that is required."""
        author = f"{name}-{next(_NUMBERS)}"
        store_rows.add_authors(self.owner, author)
        return author

    def complaint(
        self, author: str, *, during: Callable[["Shop"], bool | None] | None = None
    ) -> Complaint:
        """Have the author publish, follow the page, and return what it led to.

        The database is asked once the author was answered, or `during` has become true before.
        """
        with ThreadPoolExecutor(1) as pool:
            publishing = pool.submit(self.store.publish, author)
            if during is None:
                publishing.result()
            else:
                self.wait_for(during)
            rows = self.ask(FIND)
        reply = publishing.result()
        printed = self.desk.follow(self.page, CORRELATION_ID=reply.body["correlationId"])
        return Complaint(author, reply, f"{printed}\n{rows}")

    def wait_for(self, state: Callable[["Shop"], bool | None]) -> None:
        self.store.process.wait_for(lambda: state(self) or None, "there", PATIENCE_SECONDS)

    def ask(self, heading: str, kind: str = "", **words: str) -> str:
        """Run the statements under a heading that begin with `kind`, and return what psql shows."""
        lines = "\n".join(_sql(self.page.section(heading).lines))
        told = [each for each in statements(lines) if each.startswith(kind)]
        return "\n".join(self.run(filled(each, **words)) for each in told)

    def run(self, statement: str) -> str:
        """Run a statement as the owner, and return its rows with their names."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            if cursor.description is None:
                return cursor.statusmessage or ""
            head = [column.name for column in cursor.description]
            return "\n".join(" | ".join(map(str, row)) for row in [head, *cursor.fetchall()])

    @contextmanager
    def held(self, author: str) -> Iterator[None]:
        """Lock the author's store, as somebody does who forgets to commit."""
        with closing(psycopg.connect(self.owner, application_name="psql")) as session:
            session.execute("SELECT 1 FROM stores WHERE user_id = %s FOR UPDATE", (author,))
            yield

    def end_sessions(self) -> None:
        """End the sessions of the functions, so that they make new ones."""
        self.run(_END_SESSIONS)


@contextmanager
def two_users_server() -> Iterator[Postgres]:
    """Run a PostgreSQL whose databases have the owner, and the user that docs/deploy.md makes."""
    with migrated_server() as server:
        page = (ROOT / "docs/deploy.md").read_text()
        block = next(part for part in page.split("```sql\n")[1:] if f"CREATE ROLE {ROLE}" in part)
        with psycopg.connect(server.url(TEMPLATE), autocommit=True) as connection:
            for statement in statements(block.partition("```")[0]):
                made = statement.replace("'PASSWORD'", f"'{server.password}'")
                connection.execute(made.encode())
        yield server


@contextmanager
def shop(server: Postgres, firestore_host: str, folder: Path, page: Runbook) -> Iterator[Shop]:
    """Give a shop with a database of its own; it serves once it is deployed."""
    with fresh_database(server) as owner, ExitStack() as open_:
        yield Shop(server, owner, firestore_host, folder, page, open_)


Fault = Callable[[Shop], AbstractContextManager[Complaint]]
"""Breaks a shop for an author who complains; mends it, as the page says, when its block ends."""


@dataclass(frozen=True)
class Replay:
    """What was found, and what the same author was answered once the page had been followed."""

    cause: str
    complaint: Complaint
    after: Reply


def replay(shop: Shop, cause: str, fault: Fault) -> Replay:
    """Follow the shop's page from a fault to its cure."""
    with fault(shop) as complaint:
        pass
    return Replay(cause, complaint, shop.store.publish(complaint.author))


def first_that_fits(page: Runbook, text: str) -> str:
    """Return the first cause of a page all of whose literals a text has."""
    fits = (cause.name for cause in page.causes if all(code in text for code in cause.sees))
    return next(fits, "none")


def _sql(lines: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of SQL."""
    inside = False
    for line in lines:
        if line.startswith("```"):
            inside = line == "```sql"
        elif inside:
            yield line
