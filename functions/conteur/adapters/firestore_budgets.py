"""The budget's counters in Firestore: `budget/{day}/shards/{n}`.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from google.cloud.firestore import Client

from conteur.adapters.firestore_commits import shards_path
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import NEVER, repeated
from conteur.domain.budget import BudgetReading
from conteur.errors import Phase

_RESERVED = "reservedMicros"
_GIVEN_BACK = "givenBackMicros"


class FirestoreBudgets:
    """Implements ports.Budgets, over whatever shards there are: their number may have changed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, day: str, timeout: float) -> BudgetReading:
        """Return the load of the day's budget: all shards are read at one moment."""
        shards = self._client.collection(shards_path(day)).select((_RESERVED, _GIVEN_BACK))

        def get(left: float) -> list[dict[str, int]]:
            return [shard.to_dict() or {} for shard in shards.get(retry=NEVER, timeout=left)]

        with translated(Phase.ADMISSION):
            counted = repeated(get, timeout, "firestore")
        return BudgetReading(day, sum(_load(counts) for counts in counted))


def _load(counts: dict[str, int]) -> int:
    return counts.get(_RESERVED, 0) - counts.get(_GIVEN_BACK, 0)
