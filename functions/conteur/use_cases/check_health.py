"""Check the health of what the product depends on."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conteur.errors import BugError, ConteurError
from conteur.telemetry import context, logs
from conteur.use_cases.ports import Clock, Probe

PROBE_SECONDS = 2.0
KEPT_SECONDS = 5.0  # the route is public: callers in a hurry share one look
OK = "ok"


@dataclass(frozen=True, slots=True)
class Health:
    """Each dependency's state by name (`ok`, or what is wrong), and when it was looked at."""

    states: Mapping[str, str]
    looked: float


class CheckHealth:
    """The use case, with the dependencies to look at."""

    def __init__(self, probes: Sequence[Probe], clock: Clock) -> None:
        self._probes = probes
        self._clock = clock
        self._lock = threading.Lock()
        self._last: Health | None = None

    def __call__(self) -> Health:
        """Return each dependency's state, at most KEPT_SECONDS old; takes PROBE_SECONDS or so."""
        with self._lock:
            now = self._clock.monotonic()
            if self._last is None or now - self._last.looked > KEPT_SECONDS:
                self._last = Health(self._look(), now)
            return self._last

    def _look(self) -> Mapping[str, str]:
        names = (probe.name for probe in self._probes)
        with ThreadPoolExecutor(max_workers=max(1, len(self._probes))) as pool:
            return dict(zip(names, pool.map(context.carried(_state), self._probes), strict=True))


def _state(probe: Probe) -> str:
    try:
        probe.check(PROBE_SECONDS)
    except ConteurError as error:
        return f"failing: {error.reason}"
    except Exception as error:  # noqa: BLE001 - a probe nobody foresaw to fail must not hide the others
        logs.error("health.probe_failed", error, dependency=probe.name)
        return f"failing: {BugError.reason}"
    return OK
