"""Unpublish a store: it is private at once, and keeps all else."""

from dataclasses import dataclass

from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Author
from conteur.domain.store.events import Event, EventType
from conteur.domain.store.publication import Unpublished
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.answer_once import Once
from conteur.use_cases.store.asks import Ask, Render
from conteur.use_cases.store.looks import author_of, check_version, store_of
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions


@dataclass(frozen=True, slots=True)
class UnpublishStore:
    """The use case, with the ports it needs."""

    transactions: Transactions
    clock: Clock

    def __call__(self, ask: Ask, render: Render[Unpublished]) -> Answer:
        """Make the author's store private. Raises what PublishStore does but for its gate.

        A store that is private already is answered whatever `If-Match` says, for this request
        may have made it so and not have heard of it: RFC 9110, 13.1.1 lets it.
        """
        once = Once[Unpublished](ask.idempotency, ask.route, self.clock.now())

        def attempt(transaction: Transaction) -> Answer:
            author = author_of(transaction, ask.subject)
            return once(
                transaction, author, lambda: _decide(transaction, ask, author), render
            ).answer

        return self.transactions.run(ask.route, attempt, ask.deadline)


def _decide(transaction: Transaction, ask: Ask, author: Author) -> Unpublished:
    store = store_of(transaction, author, lock=True)
    if store.published_at is None:
        return Unpublished(store, already=True)
    check_version(store, ask.if_match)
    transaction.record(
        Event(
            author.id,
            EventType.STORE_UNPUBLISHED,
            ask.correlation,
            metadata={"publication": str(store.publication)},
        )
    )
    return Unpublished(transaction.unpublish(store), already=False)
