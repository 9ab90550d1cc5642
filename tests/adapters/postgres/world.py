"""A database of the test's own, the adapters over it, and what tests put into it."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import TupleRow

from conteur.adapters.clock import SystemClock
from conteur.adapters.postgres.database import PostgresDatabase
from conteur.adapters.postgres.outbox import PostgresOutbox
from conteur.adapters.postgres.pool import PostgresPool
from conteur.domain.deadline import Deadline
from conteur.domain.secret import Secret
from conteur.domain.store.author import Author, Store
from conteur.domain.store.events import Event, EventType
from conteur.domain.store.onboarding import Action, Completer, StepDefinition
from conteur.use_cases.store.ports import StoreDatabase

CLOCK = SystemClock()
NOW = CLOCK.now().replace(microsecond=0)
DAY = timedelta(days=1)
PATIENT = 20.0  # however busy the machine is
ANNA = Author("anna", "anna@example.com", "FR", "owner", blocked=False)
BERT = Author("bert", "", "DE", "owner", blocked=False)
NOTHING: Mapping[str, object] = {}


def soon(seconds: float = 20) -> Deadline:
    return Deadline(CLOCK.monotonic() + seconds)


def store_for(author: Author) -> Store:
    """Return a store as it begins; the id is the database's to give."""
    return Store(0, author.id, f"{author.id}-shop", f"{author.id}'s shop", 1)


def step(name: str, version: int = 1, position: int = 1) -> StepDefinition:
    return StepDefinition(
        id=name,
        version=version,
        title=f"{name} {version}",
        description="",
        required=True,
        weight=10,
        position=position,
        completer=Completer.PERSON,
        action=Action("open_modal", name),
        markets=frozenset({"DE", "FR"}),
        roles=frozenset({"owner"}),
    )


def publication(author: Author = ANNA, correlation: UUID | None = None) -> Event:
    return Event(author.id, EventType.STORE_PUBLISHED, correlation or uuid4())


@dataclass
class Url:
    """The secret of a database's URL; `new` takes its place once somebody asks anew."""

    value: str
    new: str = ""
    refreshed: int = 0

    def get(self, timeout: float) -> Secret:
        assert timeout > 0
        return Secret(self.value, self.value)

    def refresh_after_refusal(self, refused: Secret, timeout: float) -> Secret | None:
        assert refused.value == self.value
        assert timeout > 0
        self.refreshed += 1
        self.value, self.new = self.new or self.value, ""
        return self.get(timeout)


@dataclass
class World:
    """One database, and a pool that the test may make small."""

    url: Url
    size: int = 8
    waiting: int = 80
    seconds: float = PATIENT
    pool: PostgresPool = field(init=False)

    def __post_init__(self) -> None:
        self.pool = PostgresPool(
            self.url, CLOCK, size=self.size, waiting=self.waiting, seconds=self.seconds
        )
        self.database: StoreDatabase = PostgresDatabase(self.pool)
        self.outbox = PostgresOutbox(self.pool)

    def run(
        self, statement: LiteralString, parameters: Mapping[str, object] = NOTHING
    ) -> list[TupleRow]:
        """Run a statement past the adapters, and return its rows."""
        with psycopg.connect(self.url.value, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def add_author(self, author: Author, store: Store | None = None) -> None:
        self.run(
            "INSERT INTO users (id, firebase_uid, email, market, role, blocked) VALUES "
            "(%(id)s, %(firebase)s, nullif(%(email)s, ''), %(market)s, %(role)s, %(blocked)s)",
            {
                "id": author.id,
                "firebase": f"firebase-{author.id}",
                "email": author.email,
                "market": author.market,
                "role": author.role,
                "blocked": author.blocked,
            },
        )
        if store:
            self.run(
                "INSERT INTO stores (user_id, slug, name) VALUES (%(user)s, %(slug)s, %(name)s)",
                {"user": author.id, "slug": store.slug, "name": store.name},
            )


@contextmanager
def world_at(
    url: str, size: int = 8, waiting: int = 80, seconds: float = PATIENT
) -> Iterator[World]:
    """Open a pool on a database, with Anna and Bert and their stores in it."""
    world = World(Url(url), size, waiting, seconds)
    with closing(world.pool):
        for author in (ANNA, BERT):
            world.add_author(author, store_for(author))
        yield world
