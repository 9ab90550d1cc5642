"""Which numbers a setting, or a knob, may have."""

from dataclasses import dataclass

from conteur.domain.deadline import LONGEST_CALL_SECONDS


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both included."""

    low: float
    high: float
    whole: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether `value` is one of them."""
        return self.low <= value <= self.high and (not self.whole or float(value).is_integer())

    def __str__(self) -> str:
        """Return the range in words."""
        return f"{'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"


# The answer comes before the platform cuts the call.
DEADLINE_SECONDS = Range(5, LONGEST_CALL_SECONDS - 10)
STORIES_A_DAY = Range(0, 100_000, whole=True)
STORIES_AT_ONCE = Range(1, 1000, whole=True)
NETWORK_STORIES_A_DAY = Range(0, 10_000_000, whole=True)
DOLLARS_A_DAY = Range(0, 1_000_000)
RETRY_AFTER_SECONDS = Range(1, 86_400, whole=True)
PERCENT = Range(0, 100, whole=True)
