"""A model behind its circuit breaker."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

from conteur.domain.circuit import Circuit, CircuitRule, CircuitState, Ticket
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import ModelEvent, TextDelta
from conteur.domain.prompt import Prompt
from conteur.domain.verdicts import health_after
from conteur.errors import NO_KIND
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import (
    CIRCUIT_CHANGES,
    CIRCUIT_STATE,
    MODEL_ATTEMPTS,
    MODEL_RETRIES,
    NO_REASON,
    kind_of,
    reason_of,
)
from conteur.use_cases.ports import Cancellation, Clock, Model

_SHOWN = {CircuitState.CLOSED: 0, CircuitState.HALF_OPEN: 1, CircuitState.OPEN: 2}


class GuardedModel:
    """Lets attempts through to the model while its circuit allows, and counts how they end."""

    def __init__(self, model: Model, rule: CircuitRule, clock: Clock, meter: Aggregate) -> None:
        self._model = model
        self._clock = clock
        self._meter = meter
        self._lock = threading.Lock()
        self._circuit = Circuit(rule)
        self._state = CircuitState.CLOSED
        self._count_from_zero()

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._model.name

    def rest(self) -> float:
        """Return the seconds until the model may be asked; 0 when it may be now."""
        return self._circuit.rest(self._clock.monotonic())

    def admit(self) -> Ticket | None:
        """Return leave for one attempt, which must follow; None while the model rests."""
        now = self._clock.monotonic()
        ticket = Ticket(now)
        with self._lock:
            if self._circuit.rest(now):
                return None
            changed = self._swap(self._circuit.asked(ticket), now)
        self._show(changed)
        return ticket

    @contextmanager
    def attempt(
        self,
        ticket: Ticket,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Iterator[Generator[ModelEvent]]:
        """Give the events of one attempt; how the block ends is how the attempt did.

        Raises what Model.tell raises, and what the block does.
        """
        try:
            told = self._model.tell(prompt, deadline, cancellation, safety_identifier)
            with closing(told), closing(self._heard(told, ticket)) as events:
                yield events
        except BaseException as error:
            self._end(ticket, error)
            raise
        else:
            self._end(ticket, None)

    def _count_from_zero(self) -> None:
        """Begin the model's series, so that the first event of each is seen as a rise."""
        self._meter.set(CIRCUIT_STATE, _SHOWN[self._state], model=self.name)
        for state in CircuitState:
            self._meter.count(CIRCUIT_CHANGES, 0, model=self.name, state=state)
        for reason, kind in ((NO_REASON, NO_KIND), *MODEL_RETRIES.known):
            self._meter.count(MODEL_ATTEMPTS, 0, model=self.name, reason=reason, kind=kind)

    def _heard(self, events: Iterator[ModelEvent], ticket: Ticket) -> Generator[ModelEvent]:
        """Pass the events on, and take note of the first words."""
        for event in events:
            yield event
            if isinstance(event, TextDelta):
                break
        self._change(lambda circuit, _now: circuit.spoken(ticket))
        yield from events

    def _end(self, ticket: Ticket, error: BaseException | None) -> None:
        health = health_after(error)
        self._change(lambda circuit, now: circuit.ended(ticket, health, now))
        reason, kind = reason_of(error), kind_of(error)
        self._meter.count(MODEL_ATTEMPTS, model=self.name, reason=reason, kind=kind)

    def _change(self, change: Callable[[Circuit, float], Circuit]) -> None:
        now = self._clock.monotonic()
        with self._lock:
            changed = self._swap(change(self._circuit, now), now)
        self._show(changed)

    def _swap(self, circuit: Circuit, now: float) -> CircuitState | None:
        """Keep `circuit`, and return its state if it is another one; the lock is held."""
        self._circuit = circuit
        state = circuit.state(now)
        if state is self._state:
            return None
        self._state = state
        return state

    def _show(self, state: CircuitState | None) -> None:
        """Count and log a change; outside of the lock, for a log may wait or fail."""
        if state is not None:
            self._meter.count(CIRCUIT_CHANGES, model=self.name, state=state)
            self._meter.set(CIRCUIT_STATE, _SHOWN[state], model=self.name)
            logs.warning("model.circuit", model=self.name, state=state)
