"""Guards the instance's memory: caches are dropped, and new work refused, before it is used up."""

import gc
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from conteur.domain.memory import is_short, should_drop
from conteur.errors import ShortMemoryError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import CACHES_DROPPED, MEMORY_PERCENT, MEMORY_SHED

if TYPE_CHECKING:
    from conteur.use_cases.ports import Clock, Load

LOOK_EVERY_SECONDS = 0.5  # a look reads three files; in so short a time memory fills but little
RETRY_AFTER_SECONDS = 5.0  # some story has ended by then, or another instance takes the call

DropCache = Callable[[], None]
"""Empties a cache, from any thread; what it held can be had again."""


class MemoryGuard:
    """Looks at the instance's memory before a call, at most every LOOK_EVERY_SECONDS.

    The thread that looks also drops the caches; the others go on meanwhile, with what was seen
    before.
    """

    def __init__(
        self, load: "Load", caches: Sequence[DropCache], clock: "Clock", meter: Aggregate
    ) -> None:
        self._load = load
        self._caches = list(caches)
        self._clock = clock
        self._meter = meter
        self._lock = threading.Lock()
        self._ratio: float | None = None
        self._looked = float("-inf")
        self._dropped = float("-inf")

    def add_cache(self, drop: DropCache) -> None:
        """Have a cache dropped that was built after the guard."""
        self._caches.append(drop)

    def check(self) -> None:
        """Raise ShortMemoryError where there is too little for new work."""
        if self._should_look():
            self._look()
            if self._should_drop():
                self._drop()
        if is_short(self._ratio):
            self._meter.count(MEMORY_SHED)
            raise ShortMemoryError(
                "the service has no memory left for another story: send the same request again in"
                " a few seconds",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            ).noting(used_percent=_percent(self._ratio))

    def _should_look(self) -> bool:
        now = self._clock.monotonic()
        with self._lock:
            if now < self._looked + LOOK_EVERY_SECONDS:
                return False
            self._looked = now
            return True

    def _should_drop(self) -> bool:
        now = self._clock.monotonic()
        with self._lock:
            if not should_drop(self._ratio, now - self._dropped):
                return False
            self._dropped = now
            return True

    def _look(self) -> None:
        ratio = self._ratio = self._load.memory_ratio()
        if ratio is not None:
            self._meter.set(MEMORY_PERCENT, _percent(ratio))

    def _drop(self) -> None:
        before = self._ratio
        for drop in tuple(self._caches):
            drop()
        gc.collect()
        self._look()
        self._meter.count(CACHES_DROPPED)
        logs.warning("memory.caches_dropped", before=_percent(before), after=_percent(self._ratio))


def _percent(ratio: float | None) -> int:
    return round(100 * (ratio or 0.0))
