"""Put a step off."""

from dataclasses import dataclass

from conteur.domain.store.answer import Answer
from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import Step
from conteur.domain.store.progress import snoozed
from conteur.use_cases.store.asks import Ask, Render
from conteur.use_cases.store.change_step import ChangeStep, StepChange


@dataclass(frozen=True, slots=True)
class SnoozeStep:
    """The use case."""

    change: ChangeStep

    def __call__(self, ask: Ask, step_id: str, days: int, render: Render[Step]) -> Answer:
        """Put the author's step off for `days`; the gate asks for it all the same.

        Raises SnoozeLimitError, and what ChangeStep does.
        """
        change = StepChange(
            step_id, lambda step, now: snoozed(step, days, now), EventType.STEP_SNOOZED
        )
        return self.change(ask, change, render)
