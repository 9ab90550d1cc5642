"""A folder of migrations, and a bare database to apply them to."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from scripts.local.postgres import Postgres

_NUMBERS = count(1)


@contextmanager
def bare_database(server: Postgres) -> Iterator[str]:
    """Yield the URL of a database without a table; it goes with the block."""
    name = f"bare_{next(_NUMBERS)}"
    try:
        yield server.create(name)
    finally:
        server.drop(name)


def write(folder: Path, *texts: str) -> Path:
    """Write migrations 0001, 0002 and so on, and return their folder."""
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04d}_test.sql").write_text(text)
    return folder


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}
