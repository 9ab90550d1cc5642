"""Transactions that are repeated as a whole, as long as that may help and there is time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from conteur.domain.deadline import Deadline
from conteur.domain.retry import RetryPolicy
from conteur.errors import (
    DatabaseBusyError,
    DatabaseUnavailableError,
    GatingUnavailableError,
    IdempotencyInFlightError,
    StoreError,
    StoreTimeoutError,
)
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import STORE_RETRIES, STORE_TIMEOUTS
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.ports import StoreDatabase, Transaction, Wait

# After how long the caller may come again, where the error does not say so itself.
RETRY_AFTER_SECONDS: dict[type[StoreError], float] = {
    IdempotencyInFlightError: 1,
    DatabaseBusyError: 1,
    DatabaseUnavailableError: 5,
    StoreTimeoutError: 5,
    GatingUnavailableError: 30,
}

_Result = TypeVar("_Result")


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Transactions:
    """Runs transactions. `jitter` gives a random share from 0 to 1."""

    database: StoreDatabase
    policy: RetryPolicy
    clock: Clock
    meter: Aggregate
    jitter: Callable[[], float]
    wait: Wait

    def run(
        self,
        route: str,
        attempt: Callable[[Transaction], _Result],
        deadline: Deadline,
        repeating: Callable[[], None] = _nothing,
    ) -> _Result:
        """Return what `attempt` returned in a transaction that has committed.

        It is called once a transaction; `repeating` before the second one begins. Raises what
        `attempt` does, DatabaseBusyError, StoreTimeoutError, and DatabaseUnavailableError
        where no attempt or no time is left. Those that may pass say when to come again.
        """
        try:
            return self._attempts(route, attempt, deadline, repeating)
        except StoreError as error:
            if isinstance(error, StoreTimeoutError):
                self.meter.count(STORE_TIMEOUTS, route=route)
            if error.retry_after_seconds is None:
                error.retry_after_seconds = RETRY_AFTER_SECONDS.get(type(error))
            raise

    def _attempts(
        self,
        route: str,
        attempt: Callable[[Transaction], _Result],
        deadline: Deadline,
        repeating: Callable[[], None],
    ) -> _Result:
        number = 1
        while True:
            began = self.clock.monotonic()
            try:
                with self.database.transaction(deadline) as transaction:
                    return attempt(transaction)
            except StoreError as error:
                delay = self._delay_after(error, number, deadline)
                if delay is None:
                    error.noting(attempts=number)
                    raise
                ms = round(1000 * (self.clock.monotonic() - began))
                self._report(route, error, number + 1, (ms, round(1000 * delay)))
            if number == 1:
                repeating()
            self.wait(delay)
            number += 1

    def _delay_after(self, error: StoreError, number: int, deadline: Deadline) -> float | None:
        """Return the seconds until the next attempt; None where there is none."""
        if not isinstance(error, DatabaseUnavailableError) or number >= self.policy.max_attempts:
            return None
        delay = self.policy.backoff(number, self.jitter())
        return delay if delay < deadline.remaining(self.clock.monotonic()) else None

    def _report(self, route: str, error: StoreError, number: int, times: tuple[int, int]) -> None:
        """Tell which attempt follows, and why; `times`: of the last one, and until this one."""
        ms, delay_ms = times
        reason = error.facts.get("failure", error.reason)
        self.meter.count(STORE_RETRIES, route=route, reason=reason)
        logs.warning(
            "Retry attempt",
            attempt=number,
            of=self.policy.max_attempts,
            reason=reason,
            ms=ms,
            delay_ms=delay_ms,
        )
