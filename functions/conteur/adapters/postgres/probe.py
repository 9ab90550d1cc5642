"""Looks at PostgreSQL for the deep health check."""

from collections.abc import Callable

from conteur.domain.deadline import Deadline
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.ports import StoreDatabase


class PostgresProbe:
    """Begins a transaction and ends it."""

    name = "postgres"

    def __init__(self, database: Callable[[], StoreDatabase], clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def check(self, timeout: float) -> None:
        """Raise DatabaseBusyError, DatabaseUnavailableError or StoreTimeoutError, unless it can."""
        with self._database().transaction(Deadline(self._clock.monotonic() + timeout)):
            pass
