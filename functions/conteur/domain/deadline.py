"""The one moment by which a call must have its answer."""

from dataclasses import dataclass

LONGEST_CALL_SECONDS = 60  # the function's time-out; no attempt outlives it, so a lease is as long


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock, in seconds."""

    at: float

    def remaining(self, now: float) -> float:
        """Return the seconds left at `now`; never below 0."""
        return max(0.0, self.at - now)

    def before(self, seconds: float) -> "Deadline":
        """Return the deadline that leaves `seconds` until this one."""
        return Deadline(self.at - seconds)
