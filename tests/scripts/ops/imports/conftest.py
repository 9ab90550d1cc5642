"""Somebody who moves in, and the database that they leave."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.local.postgres import Postgres
from tests.scripts.ops.imports.older import TABLES, Mover
from tests.scripts.ops.migration_folder import bare_database


@pytest.fixture
def mover(
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Mover:
    monkeypatch.setenv("DATABASE_URL", database)
    return Mover(tmp_path, database, capsys)


@pytest.fixture
def old_database(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make a database of the older layout, and let OLD_DATABASE_URL name it."""
    with bare_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            connection.execute(TABLES.encode())
        monkeypatch.setenv("OLD_DATABASE_URL", url)
        yield url
