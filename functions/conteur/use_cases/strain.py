"""Whether a call ran out of time because its own instance was overloaded."""

from collections.abc import Iterator
from contextlib import contextmanager

from conteur.domain.overload import is_overloaded
from conteur.errors import Cause, DeadlineError
from conteur.use_cases.ports import Clock, Load

MEASURABLE_SECONDS = 1.0  # a call that fails sooner was busy with its own work all the time


class Strain:
    """Watches the instance's load during one call; `queued` is the call's wait for a thread (s)."""

    def __init__(self, load: Load, clock: Clock, queued: float) -> None:
        self._load = load
        self._clock = clock
        self._queued = queued
        self._began = clock.monotonic()
        self._cpu = load.cpu_seconds()

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Give a DeadlineError of the block the cause OVERLOAD if the instance was the reason."""
        try:
            yield
        except DeadlineError as error:
            if self._is_overloaded():
                raise error.because_of(Cause.OVERLOAD) from error
            raise

    def _is_overloaded(self) -> bool:
        seconds = self._clock.monotonic() - self._began
        cpu = self._load.cpu_seconds() - self._cpu
        share = cpu / seconds if seconds >= MEASURABLE_SECONDS else 0.0
        return is_overloaded(self._queued, share, self._load.memory_ratio())
