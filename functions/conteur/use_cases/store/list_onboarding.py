"""List the steps of an author's onboarding, and how far they are."""

from dataclasses import dataclass
from datetime import datetime

from conteur.domain.store.onboarding import (
    Requirements,
    Step,
    of_market,
    percent_done,
    requirements,
)
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.asks import Ask
from conteur.use_cases.store.looks import author_of, steps_of
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Onboarding:
    """The steps that the author is shown; `percent` and `requirements` are of all they have."""

    steps: tuple[Step, ...]
    percent: int
    requirements: Requirements


@dataclass(frozen=True, slots=True)
class ListOnboarding:
    """The use case, with the ports it needs."""

    transactions: Transactions
    clock: Clock

    def __call__(self, ask: Ask) -> Onboarding:
        """Return the steps of the author's market, as their role is shown them.

        Raises UnknownAuthorError, AuthorBlockedError, GatingUnavailableError, and what
        Transactions does.
        """
        now = self.clock.now()
        return self.transactions.run(
            ask.route, lambda transaction: _read(transaction, ask, now), ask.deadline
        )


def _read(transaction: Transaction, ask: Ask, now: datetime) -> Onboarding:
    author = author_of(transaction, ask.subject)
    steps = steps_of(transaction, author, now)
    own = of_market(steps, author.market)
    return Onboarding(
        tuple(step for step in own if step.definition.is_shown_to(author.role)),
        percent_done(steps, author.market),
        requirements(steps, author.market),
    )
