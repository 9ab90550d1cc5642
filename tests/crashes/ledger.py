"""What one project's database holds, and whether its counters say the same as its stories."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.cloud.firestore import Client

Document = dict[str, Any]


@dataclass(frozen=True)
class Ledger:
    """All documents by their path."""

    stories: Mapping[str, Document]
    quotas: Mapping[str, Document]
    shards: Mapping[str, Document]

    @classmethod
    def of(cls, client: Client) -> "Ledger":
        """Read the whole database."""
        return cls(*(_group(client, name) for name in ("stories", "quota", "shards")))

    @property
    def states(self) -> Counter[str]:
        return Counter(story["status"]["state"] for story in self.stories.values())

    def total(self, counter: str) -> int:
        """Return the sum of a counter over all users and days, or all shards."""
        counted = (*self.quotas.values(), *self.shards.values())
        return sum(counts.get(counter, 0) for counts in counted)

    def faults(self) -> list[str]:
        """Return how the counters of ended stories differ from what these have cost."""
        return [*self._unended(), *self._quota_faults(), *self._budget_faults()]

    def _unended(self) -> Iterator[str]:
        for path, story in self.stories.items():
            if story["status"]["state"] not in ("COMPLETED", "FAILED"):
                yield f"{path} is not ended"
            if "leaseShard" in story["status"]:
                yield f"{path} is still in the sweep's index"

    def _quota_faults(self) -> Iterator[str]:
        told = Counter(
            f"{path.rpartition('/stories/')[0]}/quota/{story['charge']['day']}"
            for path, story in self._completed()
        )
        for path in {*told, *self.quotas}:
            counts = self.quotas.get(path, {})
            if counts.get("stories", 0) != told[path] or counts.get("running", 0):
                yield f"{path} has {told[path]} stories and counts {counts}"

    def _budget_faults(self) -> Iterator[str]:
        cost: Counter[str] = Counter()
        for _, story in self._completed():
            charge = story["charge"]
            shard = f"budget/{charge['day']}/shards/{charge['shard']}"
            cost[shard] += story["usage"]["costMicros"]
        for path in {*cost, *self.shards}:
            counts = self.shards.get(path, {})
            settled = counts.get("settledMicros", 0)
            left = counts.get("reservedMicros", 0) - settled - counts.get("givenBackMicros", 0)
            if settled != cost[path] or left:
                yield f"{path} has cost {cost[path]} and counts {counts}"

    def _completed(self) -> Iterator[tuple[str, Document]]:
        for path, story in self.stories.items():
            if story["status"]["state"] == "COMPLETED":
                yield path, story


def _group(client: Client, name: str) -> dict[str, Document]:
    found = client.collection_group(name).stream()
    return {snapshot.reference.path: snapshot.to_dict() or {} for snapshot in found}
