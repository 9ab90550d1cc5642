"""Comment lines that keep a quiet stream open while the model thinks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from conteur.entrypoints.callable.channel import Channel
from conteur.entrypoints.callable.protocol import PING

INTERVAL_SECONDS = 8.0  # proxies and mobile networks cut streams that are silent for longer


class Cancellable(Protocol):
    """A call that has been put off."""

    def cancel(self) -> None:
        """Call it off."""


class Scheduler(Protocol):
    """Calls things at a time of the monotonic clock."""

    def call_at(self, when: float, action: Callable[[], None]) -> Cancellable:
        """Call `action` once, at `when`."""


class Heartbeat:
    """Writes a comment to each watched channel that has been quiet for `interval` seconds."""

    def __init__(
        self,
        scheduler: Scheduler,
        monotonic: Callable[[], float],
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        self._scheduler = scheduler
        self._monotonic = monotonic
        self._interval = interval

    @contextmanager
    def watch(self, channel: Channel) -> Iterator[None]:
        """Keep `channel` alive until the block ends."""
        watched = True
        timer: Cancellable

        def beat() -> None:
            if watched:
                if self._quiet_for(channel) >= self._interval:
                    channel.ping(PING)
                schedule()

        def schedule() -> None:
            nonlocal timer
            # A channel that is busy with a write was not pinged: look again soon, not at once.
            wait = max(self._interval - self._quiet_for(channel), self._interval / 8)
            timer = self._scheduler.call_at(self._monotonic() + wait, beat)

        schedule()
        try:
            yield
        finally:
            watched = False
            timer.cancel()

    def _quiet_for(self, channel: Channel) -> float:
        return self._monotonic() - channel.last_write
