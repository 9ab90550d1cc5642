"""Applies migrations/ to a database, each file once, however many do so at once.

What a migration may say is in docs/migrations.md.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.errors import InsufficientPrivilege, LockNotAvailable

from scripts.ops.database import Database, connected
from scripts.ops.migration_errors import BusyError, MigrationError, RefusedError
from scripts.ops.migration_files import MIGRATIONS, Migration, read_migrations

# A migration holds its locks until its end.
FILE_SECONDS = 60
CONCURRENT_SECONDS = 3600
PAUSE_SECONDS = 2.0
RUNNER_PAUSE_SECONDS = 0.1

RUNNERS = 0x636F6E74  # the key of their advisory lock
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long others are waited for: `wait` lets so many seconds pass.

    Whoever wants a table while a migration waits for it waits as well: for `lock_seconds`, so
    many `attempts`, with pauses between them.
    """

    lock_seconds: int = 3
    attempts: int = 5
    runner_seconds: float = 120
    wait: Callable[[float], None] = time.sleep


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Applied:
    """A row of `schema_migrations`."""

    number: int
    name: str
    checksum: str
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """What a database has of a folder; `ahead` is what it has beyond, of a newer checkout."""

    applied: list[Applied]
    pending: list[Migration]
    ahead: list[Applied]


def migrate(
    url: str, folder: Path = MIGRATIONS, *, dry_run: bool = False, patience: Patience = PATIENCE
) -> list[Migration]:
    """Apply what is pending, and return it; a dry run applies nothing.

    Raises RefusedError before anything was applied, BusyError where a table or another runner
    does not give way, MigrationError for a file that failed (those before it stay applied), and
    DatabaseError.
    """
    migrations = read_migrations(folder)
    with connected(Database(url)) as connection:
        if dry_run:
            return _status(connection, migrations).pending
        with _alone(connection, patience):
            found = _status(connection, migrations)
            if found.pending and not found.applied:  # it takes a right, even where it is there
                connection.execute(_TABLE)
            for migration in found.pending:
                _apply(connection, migration, patience)
            return found.pending


def pending(url: str, folder: Path = MIGRATIONS) -> list[Migration]:
    """Return what `migrate` would apply. Raises RefusedError and DatabaseError."""
    return status(url, folder).pending


def status(url: str, folder: Path = MIGRATIONS) -> Status:
    """Return what is applied and what is not. Raises RefusedError and DatabaseError."""
    with connected(Database(url)) as connection:
        return _status(connection, read_migrations(folder))


def _status(connection: psycopg.Connection, migrations: list[Migration]) -> Status:
    applied = _applied(connection)
    known = {each.number: each for each in migrations}
    for each in applied:
        _check(each, known.get(each.number))
    here = {each.number for each in applied}
    newest = max(here, default=0)
    lacked = [each for each in migrations if each.number not in here]
    for late in lacked:
        if late.number < newest:
            raise RefusedError(
                f"{late.name} was not applied, and a newer one was: give it the next number that "
                "is free. Nothing was applied."
            )
    return Status(
        applied=applied,
        pending=lacked,
        ahead=[each for each in applied if each.number not in known],
    )


def _check(applied: Applied, migration: Migration | None) -> None:
    """Refuse a file that is another one than was applied; a file that is missing is newer."""
    if migration and migration.checksum != applied.checksum:
        raise RefusedError(
            f"{migration.name} is not what was applied as {applied.name} at "
            f"{applied.applied_at:%Y-%m-%d %H:%M %Z}: a migration never changes. Restore it from "
            "Git, and put the change into a new one. Nothing was applied."
        )


def _applied(connection: psycopg.Connection) -> list[Applied]:
    there = connection.execute("SELECT to_regclass('schema_migrations') IS NOT NULL").fetchone()
    if there != (True,):
        return []
    rows = connection.execute(
        "SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number"
    )
    return [Applied(*row) for row in rows]


@contextmanager
def _alone(connection: psycopg.Connection, patience: Patience) -> Iterator[None]:
    """Hold the lock of all runners until the end.

    It is asked for again and again: one who waits within a statement has a snapshot, for whose
    end CREATE INDEX CONCURRENTLY of another runner would wait in turn.
    """
    until = time.monotonic() + patience.runner_seconds
    while not _locked(connection):
        if time.monotonic() >= until:
            raise BusyError(
                f"Another runner is at work since {patience.runner_seconds:g} s. Nothing was "
                "applied. Look for conteur-operator in pg_stat_activity, and try again."
            )
        patience.wait(RUNNER_PAUSE_SECONDS)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (RUNNERS,))


def _locked(connection: psycopg.Connection) -> bool:
    return connection.execute("SELECT pg_try_advisory_lock(%s)", (RUNNERS,)).fetchone() == (True,)


def _apply(connection: psycopg.Connection, migration: Migration, patience: Patience) -> None:
    for attempt in range(1, patience.attempts + 1):
        try:
            if migration.concurrent:
                _run_concurrently(connection, migration)
            else:
                _run(connection, migration, patience.lock_seconds)
        except LockNotAvailable as error:
            if attempt == patience.attempts:
                raise BusyError(_busy(migration, patience)) from error
            patience.wait(PAUSE_SECONDS)
        except InsufficientPrivilege:
            raise  # the fault is not the file's
        except psycopg.Error as error:
            raise MigrationError(_failed(migration, error)) from error
        else:
            return


def _run(connection: psycopg.Connection, migration: Migration, lock_seconds: int) -> None:
    """Apply a file and record it, both or neither."""
    with connection.transaction():
        _limit(connection, lock_seconds, FILE_SECONDS, local=True)
        connection.execute(migration.sql.encode())
        _record(connection, migration)


def _run_concurrently(connection: psycopg.Connection, migration: Migration) -> None:
    """Apply a file statement by statement: it is one that may be applied again."""
    _limit(connection, 0, CONCURRENT_SECONDS, local=False)
    try:
        for statement in migration.statements:
            connection.execute(statement.encode())
        _record(connection, migration)
    finally:
        if not connection.closed:
            _limit(connection, 0, 0, local=False)


def _limit(connection: psycopg.Connection, lock: int, statement: int, *, local: bool) -> None:
    connection.execute(
        "SELECT set_config('lock_timeout', %s, %s), set_config('statement_timeout', %s, %s)",
        (f"{lock}s", local, f"{statement}s", local),
    )


def _record(connection: psycopg.Connection, migration: Migration) -> None:
    connection.execute(
        "INSERT INTO schema_migrations (number, name, checksum) VALUES (%s, %s, %s)",
        (migration.number, migration.name, migration.checksum),
    )


def _busy(migration: Migration, patience: Patience) -> str:
    return (
        f"{migration.name} was not applied: a table that it changes is in use, {patience.attempts} "
        f"times for {patience.lock_seconds} s. Those before it are applied, it left nothing. "
        "Look for long transactions in pg_stat_activity, and try again when there are none."
    )


def _failed(migration: Migration, error: psycopg.Error) -> str:
    left = "those of its statements before that stay" if migration.concurrent else "it left nothing"
    return (
        f"{migration.name} failed: {' '.join(str(error).split())}. Those before it are applied, "
        f"and {left}. Mend the file, and try again."
    )
