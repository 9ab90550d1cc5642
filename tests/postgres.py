"""A migrated PostgreSQL for the tests: one server, and for each test a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from scripts.local.postgres import Postgres, postgres
from scripts.local.run_directory import run_directory
from scripts.ops.migrations import migrate

TEMPLATE = "migrated"
_NUMBERS = count(1)


@contextmanager
def migrated_server() -> Iterator[Postgres]:
    """Run a server with a template database to which every migration was applied."""
    with run_directory() as folder, postgres(folder) as server:
        migrate(server.create(TEMPLATE))
        yield server


@contextmanager
def fresh_database(server: Postgres) -> Iterator[str]:
    """Yield the URL of a new migrated database; it goes with the block, connections included."""
    name = f"test_{next(_NUMBERS)}"
    url = server.create(name, TEMPLATE)
    try:
        yield url
    finally:
        server.drop(name)
