"""How a service's traffic is split between its revisions: pure values.

https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

WHOLE = 100  # percent
CANARY = "canary"
"""The tag of a revision on trial: Cloud Run gives it a URL of its own, whatever its share."""
_NONE: Mapping[str, int] = MappingProxyType({})
_NO_TAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Split:
    """Percentages by revision, and what follows the latest one; together WHOLE.

    Revisions have their own names (`generate-story-00003-abc`). `tags` name revisions, which may
    have no share; an empty name is whichever is the latest one.
    """

    shares: Mapping[str, int] = field(default_factory=lambda: _NONE)
    latest: int = 0
    tags: Mapping[str, str] = field(default_factory=lambda: _NO_TAGS)

    def __post_init__(self) -> None:
        """Raise ValueError for what Cloud Run would refuse."""
        parts = [*self.shares.values(), self.latest]
        if sum(parts) != WHOLE or any(not 0 <= each <= WHOLE for each in parts):
            raise ValueError(f"{dict(self.shares)} and {self.latest} for the latest are not 100 %")

    @property
    def is_pinned(self) -> bool:
        """Whether a revision that is deployed gets nothing by itself."""
        return self.latest == 0

    @property
    def leading(self) -> str:
        """The revision with the most traffic; empty where the latest one has it."""
        best = max(self.shares, key=lambda name: self.shares[name], default="")
        return best if best and self.shares[best] > self.latest else ""

    def tagged(self, tag: str, revision: str) -> "Split":
        """Return it with a tag for a revision."""
        return replace(self, tags={**self.tags, tag: revision})

    def untagged(self, tag: str) -> "Split":
        """Return it without a tag."""
        return replace(self, tags={name: its for name, its in self.tags.items() if name != tag})


def all_on(revision: str, tags: Mapping[str, str] = _NO_TAGS) -> Split:
    """Return the split that pins all traffic to a revision."""
    return Split({revision: WHOLE}, tags=tags)


def follows_latest(tags: Mapping[str, str] = _NO_TAGS) -> Split:
    """Return the split of a service that nothing is pinned in: each deploy gets all traffic."""
    return Split(latest=WHOLE, tags=tags)


def between(old: str, new: str, percent: int, tags: Mapping[str, str] = _NO_TAGS) -> Split:
    """Return the split that gives `percent` to the new one, and the rest to the old one."""
    parts = {old: WHOLE - percent, new: percent}
    return Split({name: share for name, share in parts.items() if share}, tags=tags)
