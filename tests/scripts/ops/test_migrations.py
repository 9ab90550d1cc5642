"""Migrations against a real PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import psycopg
import pytest

from scripts.local.postgres import Postgres
from scripts.ops.database import DatabaseError
from scripts.ops.migration_errors import BusyError, MigrationError, RefusedError
from scripts.ops.migration_files import Migration
from scripts.ops.migrations import PAUSE_SECONDS, RUNNERS, Patience, migrate, pending, status
from tests.scripts.ops.migration_folder import bare_database, tables, write

pytestmark = pytest.mark.server

FIRST, SECOND = "CREATE TABLE first (id int);", "CREATE TABLE second (id int);"
INDEX = (
    "DROP INDEX CONCURRENTLY IF EXISTS first_by_id;\n"
    "CREATE INDEX CONCURRENTLY first_by_id ON first (id);"
)


@pytest.fixture
def url(postgres_server: Postgres) -> Iterator[str]:
    with bare_database(postgres_server) as bare:
        yield bare


def numbers(found: list[Migration]) -> list[int]:
    return [migration.number for migration in found]


def test_in_their_order(url: str, tmp_path: Path) -> None:
    """Each file is applied once, in the order of its number, and recorded with its checksum."""
    write(tmp_path, FIRST, "ALTER TABLE first ADD note text;")
    assert numbers(pending(url, tmp_path)) == [1, 2]
    assert numbers(migrate(url, tmp_path)) == [1, 2]
    assert migrate(url, tmp_path) == []
    found = status(url, tmp_path)
    assert [each.name for each in found.applied] == ["0001_test.sql", "0002_test.sql"]
    assert all(len(each.checksum) == 64 for each in found.applied)


@pytest.mark.parametrize("third", [SECOND, INDEX])
def test_six_runners_at_once(url: str, tmp_path: Path, third: str) -> None:
    """Each file is applied by one of them, CREATE INDEX CONCURRENTLY too, and none fails."""
    write(tmp_path, FIRST, "INSERT INTO first VALUES (1);", third)
    with ThreadPoolExecutor(6) as runners:
        found = list(runners.map(lambda _: migrate(url, tmp_path), range(6)))
    assert sorted(numbers(list(chain(*found)))) == [1, 2, 3]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT id FROM first").fetchall() == [(1,)]


def test_a_file_that_changed(url: str, tmp_path: Path) -> None:
    """A file that was applied and changed since is refused by its name, and nothing is applied."""
    migrate(url, write(tmp_path, FIRST))
    write(tmp_path, FIRST + " ", SECOND)
    with pytest.raises(RefusedError, match=r"0001_test\.sql is not what was applied"):
        migrate(url, tmp_path)
    assert "second" not in tables(url)


def test_line_ends_do_not_matter(url: str, tmp_path: Path) -> None:
    """A checkout that writes line ends as Windows does has the same migrations."""
    migrate(url, write(tmp_path, f"{FIRST}\n"))
    (tmp_path / "0001_test.sql").write_bytes(f"{FIRST}\r\n".encode())
    assert migrate(url, tmp_path) == []


def test_a_file_that_fails(url: str, tmp_path: Path) -> None:
    """It leaves nothing, those before it stay, and the next run goes on with it."""
    write(tmp_path, FIRST, f"{SECOND} SELECT 1/0;")
    with pytest.raises(MigrationError, match=r"0002_test\.sql failed: division by zero"):
        migrate(url, tmp_path)
    assert tables(url) == {"first", "schema_migrations"}
    assert numbers(migrate(url, write(tmp_path, FIRST, SECOND))) == [2]


def test_an_index_that_broke(url: str, tmp_path: Path) -> None:
    """A file of CONCURRENTLY can be repeated, and leaves no invalid index."""
    write(
        tmp_path,
        FIRST,
        "INSERT INTO first VALUES (1), (1);",
        INDEX.replace("CREATE", "CREATE UNIQUE"),
    )
    with pytest.raises(MigrationError, match="could not create unique index"):
        migrate(url, tmp_path)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM first")
    assert numbers(migrate(url, tmp_path)) == [3]
    with psycopg.connect(url) as connection:
        invalid = connection.execute("SELECT FROM pg_index WHERE NOT indisvalid").fetchall()
    assert invalid == []


def test_a_dry_run(url: str, tmp_path: Path) -> None:
    """It returns what is pending, and writes nothing, the table of migrations included."""
    assert numbers(migrate(url, write(tmp_path, FIRST), dry_run=True)) == [1]
    assert tables(url) == set()


def test_a_user_who_owns_nothing(url: str, tmp_path: Path) -> None:
    """Where nothing is pending, a user who may make no table is not refused."""
    migrate(url, write(tmp_path, FIRST))
    with psycopg.connect(url) as connection:
        connection.execute("CREATE ROLE looker LOGIN PASSWORD 'looker'")
        connection.execute("GRANT SELECT ON schema_migrations TO looker")
    looker = f"postgresql://looker:looker@{url.partition('@')[2]}"
    try:
        assert migrate(looker, tmp_path) == []
        with pytest.raises(DatabaseError, match=r"permission denied .* Do it as its owner"):
            migrate(looker, write(tmp_path, FIRST, SECOND))
    finally:
        with psycopg.connect(url) as connection:
            connection.execute("DROP OWNED BY looker")
            connection.execute("DROP ROLE looker")


def test_an_older_checkout(url: str, tmp_path: Path) -> None:
    """What a newer checkout has applied is told, and is no error."""
    migrate(url, write(tmp_path, FIRST, SECOND))
    (tmp_path / "0002_test.sql").unlink()
    assert migrate(url, tmp_path) == []
    assert [each.name for each in status(url, tmp_path).ahead] == ["0002_test.sql"]


def test_a_number_that_was_passed(url: str, tmp_path: Path) -> None:
    """A file that comes after a newer one was applied is refused: its turn is over."""
    migrate(url, write(tmp_path, FIRST, SECOND))
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE schema_migrations SET number = 3 WHERE number = 2")
    with pytest.raises(RefusedError, match=r"0002_test\.sql was not applied, and a newer one was"):
        migrate(url, tmp_path)


def test_a_busy_table(url: str, tmp_path: Path) -> None:
    """A table in use is waited for a few times, briefly, then it is said what to do."""
    migrate(url, write(tmp_path, FIRST))
    write(tmp_path, FIRST, "ALTER TABLE first ADD note text;")
    pauses: list[float] = []
    with psycopg.connect(url) as reader:
        reader.execute("SELECT * FROM first")
        with pytest.raises(BusyError, match=r"0002_test\.sql was not applied: a table .* in use"):
            migrate(url, tmp_path, patience=Patience(1, 3, wait=pauses.append))
    assert pauses == [PAUSE_SECONDS] * 2
    assert numbers(migrate(url, tmp_path)) == [2]


def test_a_table_that_is_given_back(url: str, tmp_path: Path) -> None:
    """A table that is free at a later try is changed."""
    migrate(url, write(tmp_path, FIRST))
    write(tmp_path, FIRST, "ALTER TABLE first ADD note text;")
    with psycopg.connect(url) as reader:
        reader.execute("SELECT * FROM first")
        patience = Patience(1, wait=lambda _: reader.rollback())
        assert numbers(migrate(url, tmp_path, patience=patience)) == [2]


def test_a_runner_that_does_not_end(url: str, tmp_path: Path) -> None:
    """Another runner is not waited for without end."""
    write(tmp_path, FIRST, "SELECT pg_sleep(0);")
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (RUNNERS,))
        with pytest.raises(BusyError, match="Another runner is at work"):
            migrate(url, tmp_path, patience=Patience(runner_seconds=0))
    assert numbers(migrate(url, tmp_path)) == [1, 2]
