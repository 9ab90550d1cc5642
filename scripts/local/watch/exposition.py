"""The stand-in's series in Prometheus' text format.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

from scripts.local.watch.samples import Sample

SCRAPE_SECONDS = 5
GAP_SECONDS = 3 * SCRAPE_SECONDS  # a series that was away for longer begins anew
MAX_LINES = 200_000  # kept in mind: the series of hundreds of instances
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """A series as it was when last exposed: `before` is its value when it began, at `since`."""

    before: float
    since: float
    value: float
    at: float


class Exposition:
    """Writes series for one Prometheus, and remembers which it has seen.

    Prometheus takes the first value of a series for its beginning, and sees no rise in it. But a
    counter that is new here has counted from 0, and one that was away from what it had. So that
    value is exposed first, for one scrape, and all that was counted shows as a rise.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Take a clock in seconds."""
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self._lock = Lock()

    def text(self, samples: Iterable[Sample]) -> str:
        """Return one line a series."""
        with self._lock:
            now = self._now()
            lines = [
                f"{line} {self._shown(line, sample, now):.12g}\n"
                for line, sample in _named(samples)
            ]
            for line in list(self._seen)[: max(0, len(self._seen) - MAX_LINES)]:
                del self._seen[line]
        return "".join(lines)

    def _shown(self, line: str, sample: Sample, now: float) -> float:
        if not sample.rises:
            return sample.value
        seen = self._seen.pop(line, None)  # what is put back is the last to be forgotten
        if seen is None or now - seen.at > GAP_SECONDS:
            last = 0 if seen is None or seen.value > sample.value else seen.value
            seen = _Seen(before=last, since=now, value=sample.value, at=now)
        seen = _Seen(seen.before, seen.since, sample.value, now)
        self._seen[line] = seen
        return seen.before if now - seen.since < SCRAPE_SECONDS else sample.value


def _named(samples: Iterable[Sample]) -> Iterable[tuple[str, Sample]]:
    return ((f"{sample.name}{{{_labels(sample.labels)}}}", sample) for sample in samples)


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{key}="{labels[key].translate(_ESCAPES)}"' for key in sorted(labels))
