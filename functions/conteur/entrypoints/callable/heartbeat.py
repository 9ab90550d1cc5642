"""Comment lines that keep a quiet stream open while the model thinks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from conteur.entrypoints.callable.channel import Channel
from conteur.entrypoints.callable.protocol import PING
from conteur.entrypoints.callable.scheduling import Scheduler, repeating

INTERVAL_SECONDS = 8.0  # proxies and mobile networks cut streams that are silent for longer


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

    def watch(self, channel: Channel) -> AbstractContextManager[None]:
        """Keep `channel` alive until the block ends."""

        def beat() -> float:
            if self._quiet_for(channel) >= self._interval:
                channel.ping(PING)
            # A channel that is busy with a write was not pinged: look again soon, not at once.
            return max(self._interval - self._quiet_for(channel), self._interval / 8)

        return repeating(self._scheduler, self._monotonic, beat)

    def _quiet_for(self, channel: Channel) -> float:
        return self._monotonic() - channel.last_write
