"""A model behind its circuit breaker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from conteur.domain.circuit import Circuit, CircuitRule, CircuitState
from conteur.domain.retry import is_outage
from conteur.errors import (
    CircuitOpenError,
    ConteurError,
    OpenAIError,
    OpenAIRateLimitError,
    OutputBlockedError,
    PromptBlockedError,
)
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import (
    CIRCUIT_CHANGES,
    CIRCUIT_STATE,
    MODEL_ATTEMPTS,
    kind_of,
    reason_of,
)
from conteur.use_cases.ports import Clock, Model

_ANSWERS = (OpenAIError, OpenAIRateLimitError, OutputBlockedError, PromptBlockedError)
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
        meter.set(CIRCUIT_STATE, _SHOWN[self._state], model=self.name)

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._model.name

    def rest(self) -> float:
        """Return the seconds until the model may be asked; 0 when it may be now."""
        return self._circuit.rest(self._clock.monotonic()) or 0.0

    @contextmanager
    def attempt(self) -> Iterator[Model]:
        """Give the model for one attempt. Raises CircuitOpenError, and what the attempt raises."""
        self._begin()
        try:
            yield self._model
        except ConteurError as error:
            self._end(error)
            raise
        except BaseException:
            self._change(Circuit.abandoned)
            raise
        else:
            self._end(None)

    def _begin(self) -> None:
        with self._lock:
            now = self._clock.monotonic()
            rest = self._circuit.rest(now)
            if rest is not None:
                raise circuit_open(rest)
            self._circuit = self._circuit.asked(now)
            self._show(now)

    def _end(self, error: ConteurError | None) -> None:
        self._meter.count(
            MODEL_ATTEMPTS, model=self.name, reason=reason_of(error), kind=kind_of(error)
        )
        if error is not None and is_outage(error):
            self._change(lambda circuit: circuit.failed(self._clock.monotonic()))
        elif error is None or isinstance(error, _ANSWERS):
            self._change(Circuit.succeeded)
        else:
            self._change(Circuit.abandoned)

    def _change(self, change: Callable[[Circuit], Circuit]) -> None:
        with self._lock:
            self._circuit = change(self._circuit)
            self._show(self._clock.monotonic())

    def _show(self, now: float) -> None:
        """Log and count the circuit's state if it is another one; the lock is held."""
        state = self._circuit.state(now)
        if state is not self._state:
            self._state = state
            logs.warning("model.circuit", model=self.name, state=state)
            self._meter.count(CIRCUIT_CHANGES, model=self.name, state=state)
            self._meter.set(CIRCUIT_STATE, _SHOWN[state], model=self.name)


def circuit_open(rest: float) -> CircuitOpenError:
    """Return the error for a model that is not asked for `rest` more seconds."""
    return CircuitOpenError(
        "The storyteller has failed too often and rests for a moment. Try again after that.",
        retry_after_seconds=rest,
    )
