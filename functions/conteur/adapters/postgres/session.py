"""One transaction's exchanges with the server."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import LiteralString

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from conteur.adapters.postgres.connection import BoundedConnection
from conteur.adapters.postgres.failures import (
    CONNECTION,
    LOST_PLANS,
    timed_out,
    translated,
    unavailable,
)
from conteur.errors import DatabaseUnavailableError, StoreTimeoutError

BEGIN_SECONDS = 2.0
LOCK_SECONDS = 5.0
# The server ends a transaction whose process stands still, so that its locks do not stay.
STALLED_SECONDS = 5.0
ROLLBACK_SECONDS = 1.0
# The server ends a statement in time, and says so a moment later; then the connection is kept.
ANSWER_SECONDS = 0.3
NOTHING: Mapping[str, object] = {}
COMMIT: LiteralString = "COMMIT"

# Both in one exchange, which takes a text without parameters; the numbers are in milliseconds.
_BEGIN = b"""
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT set_config('statement_timeout', '%d', true), set_config('lock_timeout', '%d', true),
       set_config('idle_in_transaction_session_timeout', '%d', true)
"""


class Session:
    """Runs statements in a transaction on `connection`, for so many `seconds` at most.

    Raises DatabaseUnavailableError, StoreTimeoutError, or BugError.
    """

    def __init__(self, connection: BoundedConnection, seconds: float) -> None:
        self._connection = connection
        self._cursor = psycopg.Cursor(connection)  # one for all: a new one costs a fifth of a query
        self._until = time.monotonic() + seconds
        self._said: str | None = None
        self._later: list[tuple[LiteralString, Mapping[str, object]]] = []

    def begin(self) -> None:
        """Begin the transaction, and tell the server how long it may take.

        Raises DatabaseUnavailableError as well where an idle connection has fallen silent.
        """
        left = self._left()
        self._connection.until = time.monotonic() + min(left, BEGIN_SECONDS)
        limits = left, min(left, LOCK_SECONDS), left + STALLED_SECONDS
        try:
            with translated():
                self._cursor.execute(_BEGIN % tuple(map(_ms, limits)), prepare=False)
        except StoreTimeoutError:
            self._left()
            raise unavailable(CONNECTION) from None

    def rows(
        self, statement: LiteralString, parameters: Mapping[str, object] = NOTHING
    ) -> list[TupleRow]:
        """Return all rows that a statement gives."""
        with self._asking() as cursor:
            return cursor.execute(statement, parameters).fetchall()

    def row(
        self, statement: LiteralString, parameters: Mapping[str, object] = NOTHING
    ) -> TupleRow | None:
        """Return the first row that a statement gives, None where there is none."""
        with self._asking() as cursor:
            return cursor.execute(statement, parameters).fetchone()

    def changed(self, statement: LiteralString, parameters: Mapping[str, object] = NOTHING) -> int:
        """Return how many rows a statement has changed."""
        with self._asking() as cursor:
            return cursor.execute(statement, parameters).rowcount

    def later(self, statement: LiteralString, parameters: Mapping[str, object]) -> None:
        """Run a statement whose outcome nobody waits for: before the next one, or the commit."""
        self._later.append((statement, parameters))

    def commit(self) -> None:
        """Commit; where that fails nobody knows whether it did."""
        self.later(COMMIT, NOTHING)
        with self._asking():
            pass
        # Where a statement has failed, and nobody has told, PostgreSQL undoes all and says so.
        if self._said != COMMIT:
            raise unavailable("25P02")

    def roll_back(self) -> None:
        """Undo what is not committed; close the connection where that is the only way.

        Never raises, and asks nothing of the server where there is nothing to undo.
        """
        connection, status = self._connection, self._connection.pgconn.transaction_status
        connection.until = time.monotonic() + ROLLBACK_SECONDS
        if status == TransactionStatus.ACTIVE:
            connection.close()
        elif status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            with suppress(psycopg.Error, StoreTimeoutError):
                connection.execute("ROLLBACK")
        connection.until = float("inf")

    @contextmanager
    def _asking(self) -> Iterator[psycopg.Cursor[TupleRow]]:
        self._left()
        try:
            with translated():
                if self._later:
                    self._send_later()
                yield self._cursor
        except DatabaseUnavailableError as error:
            if error.facts.get("failure") in LOST_PLANS:
                self._connection.close()  # psycopg and the server disagree for good
            raise

    def _send_later(self) -> None:
        """Send in one exchange what was put off."""
        later, self._later = self._later, []
        # A pipeline costs half a query more, which one statement alone need not pay.
        with self._connection.pipeline() if len(later) > 1 else nullcontext():
            # Not prepared: where a statement fails, the server skips those behind it, and psycopg
            # would take one that was to be prepared then for prepared ever after.
            cursors = [self._connection.execute(*each, prepare=False) for each in later]
        self._said = cursors[-1].statusmessage

    def _left(self) -> float:
        """Return the seconds that are left. Raises StoreTimeoutError where there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise timed_out()
        self._connection.until = self._until + ANSWER_SECONDS
        return left


def _ms(seconds: float) -> int:
    """Return whole milliseconds; 0 would be no limit at all."""
    return max(1, math.ceil(1000 * seconds))
