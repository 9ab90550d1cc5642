"""Looks at PostgreSQL for the deep health check."""

from collections.abc import Callable

from conteur.domain.deadline import Deadline
from conteur.errors import GatingUnavailableError
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.ports import StoreDatabase

NOBODY = ""


class PostgresProbe:
    """Reads the steps of the onboarding, without which nobody publishes."""

    name = "postgres"

    def __init__(self, database: Callable[[], StoreDatabase], clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def check(self, timeout: float) -> None:
        """Raise what a transaction may, or GatingUnavailableError, unless it can."""
        deadline = Deadline(self._clock.monotonic() + timeout)
        with self._database().transaction(deadline) as transaction:
            if not transaction.steps(NOBODY, self._clock.now()):
                raise GatingUnavailableError("no step of the onboarding is active")
