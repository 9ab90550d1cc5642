"""Finding out, while a call is being answered, that its client has left."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from conteur.entrypoints.callable.departure import Departure
from conteur.entrypoints.callable.scheduling import Scheduler, repeating

INTERVAL_SECONDS = 0.25  # what a story may cost for longer than anybody waits for it


class ClientWatch:
    """Looks every `interval` seconds whether each watched client is still there."""

    def __init__(
        self,
        scheduler: Scheduler,
        monotonic: Callable[[], float],
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        self._scheduler = scheduler
        self._monotonic = monotonic
        self._interval = interval

    def watch(
        self, has_left: Callable[[], bool], departure: Departure
    ) -> AbstractContextManager[None]:
        """Tell `departure` when `has_left` says so, and never ask that after the block."""

        def look() -> float | None:
            if not has_left():
                return self._interval
            departure.left()
            return None

        return repeating(self._scheduler, self._monotonic, look)
