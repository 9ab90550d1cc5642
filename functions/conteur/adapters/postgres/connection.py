"""A connection that waits no longer than it may, whatever the server or the network does."""

import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow

from conteur.adapters.postgres.failures import SILENT, timed_out

_INTERVAL = 0.1
_Result = TypeVar("_Result")


class BoundedConnection(psycopg.Connection[TupleRow]):
    """Closes itself and raises StoreTimeoutError where an answer has not come by `until`.

    PostgreSQL's own limits end a statement that is slow. This one also holds where the server
    stands still, or the network swallows what is sent; `until` is in monotonic seconds.
    """

    until = float("inf")

    @classmethod
    def connect(  # type: ignore[override]  # psycopg lists its options, which pass through here
        cls,
        conninfo: str,
        *,
        on_failure: Callable[[psycopg.Error], None],
        **options: Any,  # noqa: ANN401 - psycopg's, of many types
    ) -> Self:
        """Connect. Raises psycopg.OperationalError, without the address and the user."""
        try:
            return super().connect(conninfo, **options)
        except psycopg.Error as error:
            on_failure(error)
            raise psycopg.OperationalError("the database cannot be reached") from None

    def wait(
        self, gen: PQGen[_Result], interval: float = _INTERVAL, timeout: float | None = None
    ) -> _Result:
        """Drive an exchange with the server, as psycopg does each of its own."""
        if self.until == float("inf"):
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(0.0, self.until - time.monotonic()))
        except psycopg.OperationalError as error:
            if error.sqlstate is None and time.monotonic() >= self.until:
                self.close()
                raise timed_out(SILENT) from None
            raise
