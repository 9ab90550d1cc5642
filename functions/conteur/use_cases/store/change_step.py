"""Change how far an author is with a step: complete it, or put it off."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Author
from conteur.domain.store.events import Event, EventType
from conteur.domain.store.onboarding import Progress, Step
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.answer_once import Once
from conteur.use_cases.store.asks import Ask, Render
from conteur.use_cases.store.looks import author_of, step_of
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions


@dataclass(frozen=True, slots=True)
class StepChange:
    """Which step is changed, how, and what that is recorded as."""

    step_id: str
    progress: Callable[[Step, datetime], Progress]
    event: EventType


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """What the use cases that change a step share."""

    transactions: Transactions
    clock: Clock

    def __call__(self, ask: Ask, change: StepChange, render: Render[Step]) -> Answer:
        """Change the author's step, and answer with it as it then is.

        Raises UnknownAuthorError, AuthorBlockedError, StepNotFoundError, what the change, Once
        and Transactions do, and GatingUnavailableError where the steps cannot be read.
        """
        now = self.clock.now()
        # The routes of all steps have one name, and a key belongs to one of them.
        once = Once[Step](ask.idempotency, f"{ask.route} {change.step_id}", now)

        def attempt(transaction: Transaction) -> Answer:
            author = author_of(transaction, ask.subject)
            return once(
                transaction, author, lambda: _decide(transaction, ask, change, author, now), render
            ).answer

        return self.transactions.run(ask.route, attempt, ask.deadline)


def save_change(transaction: Transaction, step: Step, progress: Progress, event: Event) -> Step:
    """Keep and record what has changed of a step, if anything has; return it as it is then."""
    if progress == step.current:
        return step
    transaction.save_progress(event.author_id, step.definition.id, progress)
    transaction.record(event)
    return replace(step, progress=progress)


def _decide(
    transaction: Transaction, ask: Ask, change: StepChange, author: Author, now: datetime
) -> Step:
    step = step_of(transaction, author, change.step_id, now)
    progress = change.progress(step, now)
    event = Event(
        author.id,
        change.event,
        ask.correlation,
        step=step.definition.id,
        version=step.definition.version,
    )
    return save_change(transaction, step, progress, event)
