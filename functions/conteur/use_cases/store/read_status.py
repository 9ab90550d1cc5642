"""Read how an author's store stands, and what it still needs."""

from dataclasses import dataclass
from datetime import datetime

from conteur.domain.store.author import Store
from conteur.domain.store.onboarding import Requirements, requirements
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.asks import Ask
from conteur.use_cases.store.looks import author_of, steps_of, store_of
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """A store, and what its author still has to do."""

    store: Store
    requirements: Requirements

    @property
    def can_publish(self) -> bool:
        """Tell whether the gate is open."""
        return not self.requirements.currently_due


@dataclass(frozen=True, slots=True)
class ReadStatus:
    """The use case, with the ports it needs."""

    transactions: Transactions
    clock: Clock

    def __call__(self, ask: Ask) -> StoreStatus:
        """Return how the author's store stands.

        Raises UnknownAuthorError, AuthorBlockedError, StoreNotFoundError,
        GatingUnavailableError, and what Transactions does.
        """
        now = self.clock.now()
        return self.transactions.run(
            ask.route, lambda transaction: _read(transaction, ask, now), ask.deadline
        )


def _read(transaction: Transaction, ask: Ask, now: datetime) -> StoreStatus:
    author = author_of(transaction, ask.subject)
    store = store_of(transaction, author, lock=False)
    steps = steps_of(transaction, author, now)
    return StoreStatus(store, requirements(steps, author.market))
