"""Which model is asked next in one call: the first by preference that has not failed it."""

from collections.abc import Iterator, Sequence

from conteur.domain.circuit import Ticket
from conteur.domain.verdicts import is_outage
from conteur.errors import CircuitOpenError, ConteurError
from conteur.use_cases.guarded_model import GuardedModel
from conteur.use_cases.ports import Clock


class ModelRoute:
    """One call's way through the models, which are in the order of preference."""

    def __init__(self, models: Sequence[GuardedModel], clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._failed: set[GuardedModel] = set()
        self._not_before: dict[GuardedModel, float] = {}

    def next(self) -> tuple[GuardedModel, Ticket]:
        """Return the model to ask now, and leave to do so.

        Raises CircuitOpenError where all of them rest.
        """
        for model in self._by_preference():
            if not self._rest_of(model) and (ticket := model.admit()):
                return model, ticket
        raise CircuitOpenError(
            "The storyteller has failed too often and rests for a moment. Try again after that.",
            retry_after_seconds=self.rest(),
        )

    def failed(self, model: GuardedModel, error: ConteurError) -> None:
        """Take note of how `model` failed: when it may be asked again, and whether to leave it."""
        wait = error.retry_after_seconds
        if wait is not None:
            self._not_before[model] = self._clock.monotonic() + wait
        if wait is not None or is_outage(error):
            self._failed.add(model)

    def has_substitute(self, model: GuardedModel) -> bool:
        """Tell whether `model` is to be left, and one that has not failed is ready."""
        return model in self._failed and any(
            one not in self._failed and not self._rest_of(one) for one in self._models
        )

    def rest(self) -> float:
        """Return the seconds until some model may be asked; 0 when one may be now."""
        return min(self._rest_of(model) for model in self._models)

    def _by_preference(self) -> Iterator[GuardedModel]:
        yield from (model for model in self._models if model not in self._failed)
        yield from (model for model in self._models if model in self._failed)

    def _rest_of(self, model: GuardedModel) -> float:
        asked_for = self._not_before.get(model, 0.0) - self._clock.monotonic()
        return max(0.0, asked_for, model.rest())
