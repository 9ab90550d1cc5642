"""Where rows come from: CSV files, or another PostgreSQL. All values are texts, or None."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from scripts.ops.database import Database, connected, explained
from scripts.ops.imports.errors import ImportRefusedError
from scripts.ops.imports.tables import TABLES, Table

FETCHED = 1000
OldRow = dict[str, str | None]


class Source(Protocol):
    """An older deployment's data. It is read several times, and says the same each time."""

    def columns(self, table: Table) -> list[str] | None:
        """Return the names of a table's columns, None where there is no such table."""

    def rows(self, table: Table) -> Iterator[tuple[int, OldRow | None]]:
        """Yield a table's rows with their numbers, one after the other; None for a torn one."""

    def place(self, table: Table, number: int) -> str:
        """Return where a row is, for people."""


@dataclass(frozen=True, slots=True)
class CsvFolder:
    """A folder of `users.csv`, `stores.csv`, `user_onboarding.csv`, `onboarding_events.csv`.

    Each begins with the names of its columns; an empty field is no value. UTF-8.
    """

    folder: Path

    def columns(self, table: Table) -> list[str] | None:
        """Implement Source."""
        if not (path := self._path(table)).is_file():
            return None
        return next(_lines(path), (0, []))[1]

    def rows(self, table: Table) -> Iterator[tuple[int, OldRow | None]]:
        """Implement Source; a row's number is that of its last line."""
        lines = _lines(self._path(table))
        _, names = next(lines)
        for number, fields in lines:
            yield number, _row(names, fields)

    def place(self, table: Table, number: int) -> str:
        """Implement Source."""
        return f"{table.name}.csv line {number}"

    def _path(self, table: Table) -> Path:
        return self.folder / f"{table.name}.csv"


@dataclass(frozen=True, slots=True)
class OldDatabase:
    """Another PostgreSQL, in one read-only transaction: it says the same each time."""

    connection: psycopg.Connection
    database: Database

    def columns(self, table: Table) -> list[str] | None:
        """Implement Source."""
        with explained(self.database):
            found = self.connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
                " AND NOT attisdropped ORDER BY attnum",
                (table.name,),
            )
            return [name for (name,) in found] or None

    def rows(self, table: Table) -> Iterator[tuple[int, OldRow | None]]:
        """Implement Source; rows are counted from 1, in the server's order."""
        names = map(sql.Identifier, self.columns(table) or ())
        texts = sql.SQL(", ").join(sql.SQL("{0}::text AS {0}").format(name) for name in names)
        query = sql.SQL("SELECT {} FROM {}").format(texts, sql.Identifier(table.name))
        cursor = self.connection.cursor(f"rows_of_{table.name}", row_factory=dict_row)
        with explained(self.database), cursor:
            cursor.itersize = FETCHED
            cursor.execute(query)
            yield from enumerate(cursor, 1)

    def place(self, table: Table, number: int) -> str:
        """Implement Source."""
        return f"{table.name} row {number}"


@contextmanager
def old_database(url: str) -> Iterator[OldDatabase]:
    """Yield the database of a URL, of which nothing can be changed. Raises DatabaseError."""
    database = Database(url)
    with connected(database, autocommit=False) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET TIME ZONE 'UTC'")
        # Else one scan may begin where another is, and rows have other numbers each time.
        connection.execute("SET synchronize_seqscans = off")
        yield OldDatabase(connection, database)


def tables_of(source: Source) -> list[Table]:
    """Return the tables that a source has. Raises ImportRefusedError where it has none."""
    found = [table for table in TABLES if source.columns(table) is not None]
    if not found:
        names = ", ".join(table.name for table in TABLES)
        raise ImportRefusedError(f"The source has none of {names}. Nothing was written.")
    return found


def _row(names: list[str], fields: list[str]) -> OldRow | None:
    if len(fields) != len(names):
        return None
    return {name: field or None for name, field in zip(names, fields, strict=True)}


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file with their numbers, those without a field left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        try:
            yield from ((lines.line_num, fields) for fields in lines if fields)
        except (UnicodeDecodeError, csv.Error) as error:
            raise ImportRefusedError(
                f"{path.name} is no CSV in UTF-8, after line {lines.line_num}: {error}."
            ) from error
