"""What the metrics add up to over the time that a page is open: all there is without Prometheus."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from conteur.telemetry.registry import Distribution, Kind
from scripts.local.watch.samples import Sample
from scripts.ops.monitoring.promql import name_of

STEP_SECONDS = 5.0
KEPT = 720
"""Steps: an hour."""


def totals(samples: Iterable[Sample]) -> dict[str, float]:
    """Return each metric's total by its name, a gauge's highest; of a distribution its count."""
    found: dict[str, float] = {}
    for sample in samples:
        name = name_of(sample.metric)
        counted = f"{name}_count" if isinstance(sample.metric, Distribution) else name
        if sample.name != counted:
            continue
        if sample.metric.kind is Kind.GAUGE:
            found[name] = max(sample.value, found.get(name, sample.value))
        else:
            found[name] = sample.value + found.get(name, 0)
    return found


class History:
    """Totals at the moments that somebody asked for them. `now` answers seconds since the epoch."""

    def __init__(
        self, read: Callable[[], Iterable[Sample]], now: Callable[[], float] = time.time
    ) -> None:
        """Take what reads the newest samples; it may raise UnavailableError."""
        self._read = read
        self._now = now
        self._steps: deque[tuple[float, Mapping[str, float]]] = deque(maxlen=KEPT)
        self._lock = Lock()

    def document(self) -> dict[str, Any]:
        """Return the times and, by metric, the values then; one that was not there is None."""
        with self._lock:
            if not self._steps or self._now() - self._steps[-1][0] >= STEP_SECONDS / 2:
                self._steps.append((self._now(), totals(self._read())))
            steps = list(self._steps)
        names = sorted({name for _, values in steps for name in values})
        return {
            "times": [round(at, 3) for at, _ in steps],
            "values": {name: [values.get(name) for _, values in steps] for name in names},
        }
