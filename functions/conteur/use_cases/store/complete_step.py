"""Complete a step that a person may complete."""

from dataclasses import dataclass

from conteur.domain.store.answer import Answer
from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import Completer, Step
from conteur.domain.store.progress import completed
from conteur.use_cases.store.asks import Ask, Render
from conteur.use_cases.store.change_step import ChangeStep, StepChange


@dataclass(frozen=True, slots=True)
class CompleteStep:
    """The use case."""

    change: ChangeStep

    def __call__(self, ask: Ask, step_id: str, render: Render[Step]) -> Answer:
        """Note that the author has done the step, in the version that counts now.

        One that was done before keeps its time. Raises ProviderOnlyError, and what ChangeStep
        does.
        """
        change = StepChange(
            step_id,
            lambda step, now: completed(step, Completer.PERSON, now),
            EventType.STEP_COMPLETED,
        )
        return self.change(ask, change, render)
