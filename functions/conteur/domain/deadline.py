"""The one moment by which a call must have its answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, in seconds."""

    at: float

    def remaining(self, now: float, reserve: float = 0.0) -> float:
        """Return the seconds left at `now` when `reserve` seconds are kept; never below 0."""
        return max(0.0, self.at - reserve - now)

    def passed(self, now: float) -> bool:
        """Tell whether the time is up at `now`."""
        return now >= self.at
