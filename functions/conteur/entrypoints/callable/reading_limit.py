"""A bound on how long a call's body may take to arrive."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from conteur.entrypoints.callable.connection import Connection
from conteur.entrypoints.callable.scheduling import Scheduler, repeating

READING_SECONDS = 10.0  # a story's request is a kilobyte; each read alone may take as long


class ReadingLimit:
    """Ends the reading of a body that drips: it would hold a thread, and outlive any deadline."""

    def __init__(
        self,
        scheduler: Scheduler,
        monotonic: Callable[[], float],
        seconds: float = READING_SECONDS,
    ) -> None:
        self._scheduler = scheduler
        self._monotonic = monotonic
        self._seconds = seconds

    def on(self, connection: Connection) -> AbstractContextManager[None]:
        """Stop the reading from `connection` if the block takes too long, and never after it."""
        waits = iter((self._seconds,))

        def stop_in_time() -> float | None:
            wait = next(waits, None)
            if wait is None:
                connection.stop_reading()
            return wait

        return repeating(self._scheduler, self._monotonic, stop_in_time)
