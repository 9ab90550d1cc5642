"""A circuit breaker's decisions: when to stop asking a model that only fails.

    CLOSED --(failures in a row)--> OPEN --(rest)--> HALF_OPEN --(the probe succeeds)--> CLOSED
                                      ^                  |
                                      +--(the probe fails)

Each change makes a new value, so that whoever keeps it can swap it under a lock.
https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class CircuitState(StrEnum):
    """Whether the model is asked: always, by one probe, or not at all."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class CircuitRule:
    """After how many failures in a row a circuit opens, and for how many seconds."""

    failures: int = 5
    rest_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit; times are seconds of the monotonic clock. `opened` is None while closed."""

    rule: CircuitRule
    failures: int = 0
    opened: float | None = None
    probing: bool = False

    def state(self, now: float) -> CircuitState:
        """Return the state at `now`."""
        if self.opened is None:
            return CircuitState.CLOSED
        rested = now >= self.opened + self.rule.rest_seconds
        return CircuitState.HALF_OPEN if rested else CircuitState.OPEN

    def rest(self, now: float) -> float | None:
        """Return the seconds until the model may be asked; None when it may be now."""
        match self.state(now):
            case CircuitState.CLOSED:
                return None
            case CircuitState.HALF_OPEN:
                return self.rule.rest_seconds if self.probing else None
            case CircuitState.OPEN:
                return (self.opened or 0.0) + self.rule.rest_seconds - now

    def asked(self, now: float) -> "Circuit":
        """Return the circuit once the model is being asked: half open, this is the probe."""
        return replace(self, probing=self.state(now) is CircuitState.HALF_OPEN)

    def succeeded(self) -> "Circuit":
        """Return the circuit after the model has answered."""
        return Circuit(self.rule)

    def failed(self, now: float) -> "Circuit":
        """Return the circuit after an outage: open after enough of them, or after a probe's.

        Attempts that began before it opened, and fail while it is open, change nothing.
        """
        if self.opened is not None and not self.probing:
            return self
        failures = self.failures + 1
        if self.opened is None and failures < self.rule.failures:
            return replace(self, failures=failures)
        return Circuit(self.rule, failures, opened=now)

    def abandoned(self) -> "Circuit":
        """Return the circuit after an attempt that says nothing about the model's health."""
        return replace(self, probing=False)
