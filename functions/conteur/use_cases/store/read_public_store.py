"""Read a store as anybody sees it."""

from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.store.author import Store
from conteur.errors import StoreNotFoundError
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions


@dataclass(frozen=True, slots=True)
class ReadPublicStore:
    """The use case, with the ports it needs."""

    transactions: Transactions

    def __call__(self, slug: str, route: str, deadline: Deadline) -> Store:
        """Return the public store of this slug.

        Raises StoreNotFoundError, of a private store as of none, and what Transactions does.
        """
        return self.transactions.run(route, lambda transaction: _read(transaction, slug), deadline)


def _read(transaction: Transaction, slug: str) -> Store:
    store = transaction.store_at(slug)
    if store is None or store.published_at is None:
        raise StoreNotFoundError("no public store has this address")
    return store
