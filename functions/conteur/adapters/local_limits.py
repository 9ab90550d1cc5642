"""Counts requests within this instance."""

import threading
from collections import OrderedDict
from datetime import datetime

from conteur.domain.store.rate_limit import Allowance, RateRule
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import RATE_LIMITER

MOST_CALLERS = 100_000  # some 20 MB, if so many ever come within a window


class FixedWindows:
    """The requests of each caller in the present window, from any thread.

    Where there are more callers than `most`, those who came first begin anew.
    """

    def __init__(self, rule: RateRule, most: int = MOST_CALLERS) -> None:
        self.rule = rule
        self._most = most
        self._lock = threading.Lock()
        self._window = 0
        self._used: OrderedDict[str, int] = OrderedDict()

    def take(self, caller: str, now: datetime) -> Allowance:
        """Count one request of the caller."""
        window = self.rule.window(now)
        with self._lock:
            if window != self._window:
                self._window = window
                self._used.clear()
            used = self._used[caller] = self._used.get(caller, 0) + 1
            if len(self._used) > self._most:
                self._used.popitem(last=False)
        return self.rule.allowance(used, now)

    def __len__(self) -> int:
        """Return how many callers are counted."""
        return len(self._used)


class LocalLimits:
    """Implements store.ports.RateLimiter for each instance by itself."""

    def __init__(self, windows: FixedWindows, meter: Aggregate) -> None:
        self._windows = windows
        self._meter = meter

    def take(self, caller: str, now: datetime) -> Allowance:
        """Count one request of the caller."""
        self._meter.count(RATE_LIMITER, where="local")
        return self._windows.take(caller, now)
