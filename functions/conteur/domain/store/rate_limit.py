"""How many requests one caller may make in a window of time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateRule:
    """`requests` in each window of `seconds`; windows begin at whole multiples of that."""

    requests: int
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request may pass, and what is left until the window ends in `reset_seconds`."""

    rule: RateRule
    used: int
    reset_seconds: int

    @property
    def allowed(self) -> bool:
        """Tell whether the request that was counted last is within the rule."""
        return self.used <= self.rule.requests

    @property
    def remaining(self) -> int:
        """Return how many more requests may pass in this window."""
        return max(0, self.rule.requests - self.used)
