"""How many requests one caller may make in a window of time."""

import math
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RateRule:
    """`requests` in each window of `seconds`; windows begin at whole multiples of that."""

    requests: int
    seconds: int = 60

    def window(self, now: datetime) -> int:
        """Return when the window began that `now` is in, in seconds since the epoch."""
        return int(now.timestamp() // self.seconds) * self.seconds

    def allowance(self, used: int, now: datetime) -> "Allowance":
        """Return what is left where `used` requests of the window are counted."""
        left = self.window(now) + self.seconds - now.timestamp()
        return Allowance(self, used, max(1, math.ceil(left)))


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
