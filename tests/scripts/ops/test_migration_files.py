"""The files of migrations, without a database."""

from pathlib import Path

import pytest

from scripts.ops.migration_errors import RefusedError
from scripts.ops.migration_files import Migration, read_migrations
from tests.scripts.ops.migration_folder import write


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["0001_a.sql", "0003_c.sql"], r"0003_c\.sql stands where 0002_….sql is expected"),
        (["0001_a.sql", "0001_b.sql"], r"0001_b\.sql stands where 0002_….sql is expected"),
        (["0002_b.sql"], r"0002_b\.sql stands where 0001_….sql is expected"),
        (["1_a.sql"], r"1_a\.sql is no name such as"),
        (["0001-a.sql"], r"0001-a\.sql is no name such as"),
        ([], "There are no migrations"),
    ],
)
def test_numbers_without_a_gap(tmp_path: Path, names: list[str], told: str) -> None:
    """Gaps, numbers that are there twice, and other names are refused by the file's name."""
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(RefusedError, match=told):
        read_migrations(tmp_path)


@pytest.mark.parametrize(
    ("sql", "concurrent"),
    [
        ("CREATE INDEX CONCURRENTLY a ON b (c);", True),
        ("create unique index\n  concurrently a on b (c); DROP INDEX CONCURRENTLY d;", True),
        ("CREATE TABLE b (c int);", False),
        ("INSERT INTO b VALUES ('CREATE INDEX CONCURRENTLY a ON b (c)');", False),
        ("-- CREATE INDEX CONCURRENTLY a ON b (c);\nCREATE TABLE b (c int);", False),
    ],
)
def test_what_runs_outside_of_a_transaction(sql: str, *, concurrent: bool) -> None:
    """A file of CONCURRENTLY does, by its statements, whatever texts and comments say."""
    assert Migration(1, "0001_a.sql", sql).concurrent is concurrent


def test_a_file_of_both() -> None:
    """CONCURRENTLY stands in a file of its own."""
    mixed = Migration(1, "0001_a.sql", "CREATE INDEX CONCURRENTLY a ON b (c); SELECT 1;")
    with pytest.raises(RefusedError, match=r"0001_a\.sql mixes CONCURRENTLY"):
        _ = mixed.concurrent


@pytest.mark.parametrize(
    ("sql", "statements"),
    [
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';''', \"a;b\"; -- c;\nSELECT 2;", ["SELECT ';''', \"a;b\"", "SELECT 2"]),
        ("SELECT E'\\';'; SELECT 2;", ["SELECT E'\\';'", "SELECT 2"]),
        ("DO $a$ SELECT $$;$$; $a$; /* x; */ SELECT 2;", ["DO $a$ SELECT $$;$$; $a$", "SELECT 2"]),
    ],
)
def test_statements(tmp_path: Path, sql: str, statements: list[str]) -> None:
    """A semicolon ends a statement, except within quotes and comments."""
    (migration,) = read_migrations(write(tmp_path, sql))
    assert migration.statements == statements
