"""The budget's counters in Firestore: `budget/{day}/shards/{n}`.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from google.cloud.firestore import Client

from conteur.adapters.firestore_commits import shard_path
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.domain.budget import BudgetReading
from conteur.errors import Phase

_RESERVED = "reservedMicros"
_GIVEN_BACK = "givenBackMicros"


class FirestoreBudgets:
    """Implements ports.Budgets, over as many shards as stories are charged to."""

    def __init__(self, client: Client, shards: int) -> None:
        self._client = client
        self._shards = shards

    def read(self, day: str, timeout: float) -> BudgetReading:
        """Return the load of the day's budget: all shards are read at one moment."""
        shards = [self._client.document(shard_path(day, n)) for n in range(self._shards)]

        def get(left: float) -> list[dict[str, int]]:
            found = self._client.get_all(shards, (_RESERVED, _GIVEN_BACK), retry=None, timeout=left)
            return [shard.to_dict() or {} for shard in found]

        with translated(Phase.ADMISSION):
            counted = repeated(get, timeout, "firestore")
        return BudgetReading(day, sum(_load(counts) for counts in counted))


def _load(counts: dict[str, int]) -> int:
    return counts.get(_RESERVED, 0) - counts.get(_GIVEN_BACK, 0)
