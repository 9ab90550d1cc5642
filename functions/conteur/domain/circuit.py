"""A circuit breaker's decisions: when to stop asking a model that only fails.

    CLOSED --(failures in a row)--> OPEN --(rest)--> HALF_OPEN --(the probe's text)--> CLOSED
                                      ^                  |
                                      +--(the probe fails)

Each change makes a new value, so that whoever keeps it can swap it under a lock.
https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
"""

import math
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto

from conteur.domain.deadline import LONGEST_CALL_SECONDS

SAME_BLIP_SECONDS = 1.0  # attempts that were under way at once fail at once, for one reason
PROBE_SECONDS = 1.0  # after which it is worth asking whether the probe has said something


class CircuitState(StrEnum):
    """Whether the model is asked: always, by one probe, or not at all."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


class Health(Enum):
    """What the end of an attempt says of the model."""

    UP = auto()
    DOWN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class CircuitRule:
    """After how many failures in a row a circuit opens, and for how many seconds."""

    failures: int = 5
    rest_seconds: float = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """Leave to ask the model once, from `since` on."""

    since: float


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit; times are seconds of the monotonic clock. `opened` is None while closed."""

    rule: CircuitRule
    failures: int = 0
    failed: float = -math.inf
    opened: float | None = None
    probe: Ticket | None = None

    def state(self, now: float) -> CircuitState:
        """Return the state at `now`."""
        if self.opened is None:
            return CircuitState.CLOSED
        rested = now >= self.opened + self.rule.rest_seconds
        return CircuitState.HALF_OPEN if rested else CircuitState.OPEN

    def rest(self, now: float) -> float:
        """Return the seconds until it is worth asking again; 0 when the model may be asked."""
        if self.opened is None:
            return 0.0
        if self.state(now) is CircuitState.OPEN:
            return self.opened + self.rule.rest_seconds - now
        return PROBE_SECONDS if self._is_probed(now) else 0.0

    def asked(self, ticket: Ticket) -> "Circuit":
        """Return the circuit once the model is asked with `ticket`: half open, as the probe."""
        return self if self.opened is None else replace(self, probe=ticket)

    def spoken(self, ticket: Ticket) -> "Circuit":
        """Return the circuit once the model has said something.

        A probe's first words close it; one more failure would open it again.
        """
        if ticket is not self.probe:
            return self
        return Circuit(self.rule, failures=self.rule.failures - 1)

    def ended(self, ticket: Ticket, health: Health, now: float) -> "Circuit":
        """Return the circuit after an attempt. While it is open, only the probe changes it."""
        if self.opened is not None:
            return self._probed(health, now) if ticket is self.probe else self
        if health is Health.UP:
            return Circuit(self.rule)
        if health is Health.DOWN and self._is_news(ticket, now):
            return self._counted(now)
        return self

    def _probed(self, health: Health, now: float) -> "Circuit":
        match health:
            case Health.UP:
                return Circuit(self.rule)
            case Health.DOWN:
                return replace(self, opened=now, probe=None)
            case Health.UNKNOWN:
                return replace(self, probe=None)

    def _counted(self, now: float) -> "Circuit":
        failures = self.failures + 1
        opened = now if failures >= self.rule.failures else None
        return Circuit(self.rule, failures, failed=now, opened=opened)

    def _is_news(self, ticket: Ticket, now: float) -> bool:
        return ticket.since > self.failed or now - self.failed >= SAME_BLIP_SECONDS

    def _is_probed(self, now: float) -> bool:
        # A probe outlives its call only where its end was never told.
        return self.probe is not None and now - self.probe.since < LONGEST_CALL_SECONDS
