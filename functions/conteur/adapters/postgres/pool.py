"""The connections of one instance."""

import logging
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from conteur.adapters.postgres.connection import BoundedConnection
from conteur.adapters.postgres.failures import CONNECTION, timed_out, unavailable
from conteur.adapters.postgres.session import Session
from conteur.domain.deadline import Deadline
from conteur.domain.secret import Secret
from conteur.errors import (
    DatabaseBusyError,
    DatabaseUnavailableError,
    DeadlineError,
    SecretUnavailableError,
)
from conteur.telemetry import logs
from conteur.use_cases.ports import Clock

WAIT_SECONDS = 2.0
SECRET_SECONDS = 3.0
LIFETIME_SECONDS = 1800.0
BUSY_RETRY_SECONDS = 1.0
# A server or a network that is gone is noticed in about ten seconds, in and out of a statement:
# https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-KEEPALIVES
_OPTIONS = {
    "autocommit": True,  # a transaction begins where Session.begin says so
    "application_name": "conteur",
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_CAUSES = (
    "password authentication failed",
    "connection refused",
    "timeout expired",
    "too many clients",
    "too many connections",
    "remaining connection slots",
    "starting up",
    "shutting down",
    "does not exist",
    "translate host name",
    "no pg_hba.conf entry",
    "ssl",
)


class DatabaseUrl(Protocol):
    """The secret DATABASE_URL, as KeptSecret keeps it."""

    def get(self, timeout: float) -> Secret:
        """Return the URL. Raises SecretUnavailableError, DeadlineError."""

    def refresh_after_refusal(self, refused: Secret, timeout: float) -> Secret | None:
        """Read the URL again, for nobody answers at this one."""


class PostgresPool:
    """Lends connections in transactions.

    It opens with the first one, for it starts threads, which would not outlive a fork.
    `waiting` requests at most wait for one of `size` connections, each so many seconds of its
    own time at most.
    """

    def __init__(
        self,
        url: DatabaseUrl,
        clock: Clock,
        *,
        size: int,
        waiting: int,
        seconds: float = WAIT_SECONDS,
    ) -> None:
        self._url = url
        self._clock = clock
        self._size = size
        self._waiting = waiting
        self._seconds = seconds
        self._lock = threading.Lock()
        self._lent = 0
        self._pool: ConnectionPool[BoundedConnection] | None = None

    @contextmanager
    def session(self, deadline: Deadline) -> Iterator[Session]:
        """Lend a connection in a transaction; what the block has not committed is undone.

        Raises DatabaseBusyError, DatabaseUnavailableError, StoreTimeoutError,
        SecretUnavailableError.
        """
        connection, session = self._begun(deadline)
        try:
            yield session
        finally:
            session.roll_back()
            self._give_back(connection)

    def close(self) -> None:
        """Close all connections, and end the threads."""
        if self._pool is not None:
            self._pool.close()

    def _begun(self, deadline: Deadline) -> tuple[BoundedConnection, Session]:
        """Return a connection on which a transaction has begun.

        A server that was restarted has left each connection of the pool broken: to begin on one
        finds that out before anything is done, and the next one is taken.
        """
        for left in range(self._size, -1, -1):
            connection = self._taken(deadline)
            session = Session(connection, deadline.remaining(self._clock.monotonic()))
            try:
                session.begin()
            except BaseException as error:
                session.roll_back()
                self._give_back(connection)
                if not (isinstance(error, DatabaseUnavailableError) and connection.closed and left):
                    raise
            else:
                return connection, session
        raise unavailable(CONNECTION)

    def _taken(self, deadline: Deadline) -> BoundedConnection:
        left = deadline.remaining(self._clock.monotonic())
        if left <= 0:
            raise timed_out()
        pool = self._opened(min(SECRET_SECONDS, left))
        try:
            connection = pool.getconn(min(self._seconds, left))
        except (PoolTimeout, TooManyRequests):
            raise self._none_free() from None
        except PoolClosed:
            raise unavailable(CONNECTION) from None
        with self._lock:
            self._lent += 1
        return connection

    def _give_back(self, connection: BoundedConnection) -> None:
        with self._lock:
            self._lent -= 1
        if self._pool is not None:
            self._pool.putconn(connection)

    def _none_free(self) -> DatabaseBusyError | DatabaseUnavailableError:
        """Say whether all connections are lent, or no more of them can be made."""
        if self._lent < self._size:
            return unavailable(CONNECTION)
        return DatabaseBusyError(
            "all connections to the database are in use: send the same request again",
            retry_after_seconds=BUSY_RETRY_SECONDS,
        ).noting(connections=self._size, waited_seconds=self._seconds)

    def _opened(self, seconds: float) -> ConnectionPool[BoundedConnection]:
        try:
            self._url.get(seconds)
        except DeadlineError:
            raise unavailable("secret") from None
        with self._lock:
            if self._pool is None:
                self._pool = self._open()
            return self._pool

    def _open(self) -> ConnectionPool[BoundedConnection]:
        # What it would warn of is logged below, in one line of JSON.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        return ConnectionPool(
            self._address,
            connection_class=BoundedConnection,
            kwargs={
                **_OPTIONS,
                "connect_timeout": math.ceil(self._seconds),
                "on_failure": self._failed,
            },
            configure=_configure,
            min_size=0,
            max_size=self._size,
            max_waiting=self._waiting,
            max_lifetime=LIFETIME_SECONDS,
            reconnect_timeout=self._seconds,  # longer, and tries would be minutes apart
            open=True,
        )

    def _address(self) -> str:
        return self._url.get(SECRET_SECONDS).value

    def _failed(self, error: psycopg.Error) -> None:
        """Log why there is no connection, and read the URL again: it may have been rotated."""
        text = str(error).lower()
        cause = next((each for each in _CAUSES if each in text), type(error).__name__)
        logs.warning("database.unreachable", cause=cause)
        try:
            self._url.refresh_after_refusal(self._url.get(SECRET_SECONDS), SECRET_SECONDS)
        except (SecretUnavailableError, DeadlineError) as refusal:
            logs.warning("secret.unavailable", refusal)


def _configure(connection: BoundedConnection) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
