"""Which model is asked next in one call: the first by preference that has not failed it."""

from collections.abc import Sequence

from conteur.domain.retry import is_outage
from conteur.errors import ConteurError
from conteur.use_cases.guarded_model import GuardedModel, circuit_open
from conteur.use_cases.ports import Clock


class ModelRoute:
    """One call's way through the models, which are in the order of preference."""

    def __init__(self, models: Sequence[GuardedModel], clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._failed: set[GuardedModel] = set()
        self._not_before: dict[GuardedModel, float] = {}

    def next(self) -> GuardedModel:
        """Return the model to ask now. Raises CircuitOpenError where all of them rest."""
        ready = self._ready()
        if not ready:
            raise circuit_open(self.rest())
        return next((model for model in ready if model not in self._failed), ready[0])

    def failed(self, model: GuardedModel, error: ConteurError) -> None:
        """Take note of how `model` failed: when it may be asked again, and whether to leave it."""
        wait = error.retry_after_seconds
        if wait is not None:
            self._not_before[model] = self._clock.monotonic() + wait
        if wait or is_outage(error):
            self._failed.add(model)

    def leaves(self, model: GuardedModel) -> bool:
        """Tell whether another model is ready to take the place of one that failed."""
        return model in self._failed and any(one not in self._failed for one in self._ready())

    def rest(self) -> float:
        """Return the seconds until some model may be asked; 0 when one may be now."""
        return min(self._rest_of(model) for model in self._models)

    def _ready(self) -> list[GuardedModel]:
        return [model for model in self._models if not self._rest_of(model)]

    def _rest_of(self, model: GuardedModel) -> float:
        asked_for = self._not_before.get(model, 0.0) - self._clock.monotonic()
        return max(0.0, asked_for, model.rest())
