"""One call in the simulation: attempts at a story, as `use_cases/write_story.py` makes them.

The decisions are the product's own: its retry policy, its circuit, and its verdicts on errors.
Only the loop around them is written anew, on simulated time and for one model.
"""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.circuit import Health, Ticket
from conteur.domain.deadline import Deadline
from conteur.domain.retry import WORTHWHILE_SECONDS, RetryPolicy
from conteur.domain.verdicts import health_after, may_pass
from conteur.errors import CircuitOpenError, ConteurError, DeadlineError
from scripts.ops.scaling import figures
from scripts.ops.scaling.fleet import Instance
from scripts.ops.scaling.timeline import Timeline

TOLD = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """What all calls share.

    `ask` says why a request that comes at a moment fails, None where the model answers; `jitter`
    gives a random share from 0 to 1.
    """

    timeline: Timeline
    ask: Callable[[float], ConteurError | None]
    policy: RetryPolicy
    jitter: Callable[[], float]


@dataclass(eq=False, slots=True)
class Telling:
    """One call on one instance: its story takes `seconds` once the model answers.

    `ended` hears the reason of the error that ended it, or TOLD.
    """

    calls: Calls
    instance: Instance
    deadline: Deadline
    seconds: float
    ended: Callable[[str], None]
    attempts: int = 0

    def attempt(self) -> None:
        """Ask the model now."""
        now = self.calls.timeline.now
        if self.instance.circuit.rest(now):
            self.ended(CircuitOpenError.reason)
            return
        self.attempts += 1
        ticket = Ticket(now)
        self.instance.circuit = self.instance.circuit.asked(ticket)
        error = self.calls.ask(now)
        if error is None:
            self._tell(ticket)
        else:
            seconds = min(figures.REFUSAL_SECONDS.value, self.deadline.remaining(now))
            self.calls.timeline.after(seconds, lambda: self._failed(ticket, error))

    def _tell(self, ticket: Ticket) -> None:
        left = self.deadline.remaining(self.calls.timeline.now)
        if self.instance.circuit.probe is ticket:
            first = min(figures.FIRST_TOKEN_SECONDS.value, self.seconds, left)
            self.calls.timeline.after(first, lambda: self._spoke(ticket))
        reason, health = TOLD, Health.UP
        if self.seconds > left:
            reason, health = DeadlineError.reason, Health.UNKNOWN
        seconds = min(self.seconds, left)
        self.calls.timeline.after(seconds, lambda: self._end(ticket, health, reason))

    def _spoke(self, ticket: Ticket) -> None:
        self.instance.circuit = self.instance.circuit.spoken(ticket)

    def _end(self, ticket: Ticket, health: Health, reason: str) -> None:
        self._hear(ticket, health)
        self.ended(reason)

    def _failed(self, ticket: Ticket, error: ConteurError) -> None:
        self._hear(ticket, health_after(error))
        wait = self._wait_after(error)
        if wait is None:
            self.ended(error.reason)
        else:
            self.calls.timeline.after(wait, self.attempt)

    def _hear(self, ticket: Ticket, health: Health) -> None:
        circuit = self.instance.circuit
        self.instance.circuit = circuit.ended(ticket, health, self.calls.timeline.now)

    def _wait_after(self, error: ConteurError) -> float | None:
        """Return the seconds until the next attempt; None where there is none."""
        policy, now = self.calls.policy, self.calls.timeline.now
        if self.attempts >= policy.max_attempts or not may_pass(error):
            return None
        rest = max(error.retry_after_seconds or 0.0, self.instance.circuit.rest(now))
        wait = max(policy.backoff(self.attempts, self.calls.jitter()), rest)
        return wait if wait + WORTHWHILE_SECONDS <= self.deadline.remaining(now) else None
