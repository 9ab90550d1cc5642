"""The splits that a service goes through in a canary: pure values.

Each of them follows from what was written down before the first move, so that one who goes on
with a deploy that was cut off knows which split is its own, and which is somebody else's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.ops.traffic.split import CANARY, Split, all_on, between, follows_latest

BEFORE = "before"
"""The tag of the revision that served before: it can be looked at when it has no traffic left."""


@dataclass(frozen=True, slots=True)
class Course:
    """The way of one service. `previous` is what it had, `pin` the revision that served.

    `new` is the revision on trial; empty before it is there, and where there is none.
    """

    previous: Split
    pin: str
    new: str = ""
    percents: tuple[int, ...] = ()

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags that are not ours."""
        return self.previous.untagged(CANARY).untagged(BEFORE).tags

    @property
    def pinned(self) -> Split:
        """All traffic on the revision that served."""
        return all_on(self.pin, self.tags)

    @property
    def tagged(self) -> Split:
        """Likewise, and both can be reached by their tags."""
        return self.pinned.tagged(CANARY, self.new).tagged(BEFORE, self.pin)

    def at(self, percent: int) -> Split:
        """Return the split that gives the new revision so much."""
        return between(self.pin, self.new, percent, self.tagged.tags)

    @property
    def free(self) -> Split:
        """Nothing pinned: the next deploy gets all traffic."""
        return follows_latest(self.tags)

    def own(self) -> list[Split]:
        """Return every split that this deploy may have left."""
        trial = [self.tagged, *(self.at(each) for each in self.percents)] if self.new else []
        return [self.previous, self.pinned, *trial, self.free]


def document(split: Split) -> dict[str, Any]:
    """Return a split for the record."""
    return {"shares": dict(split.shares), "latest": split.latest, "tags": dict(split.tags)}


def read(kept: Mapping[str, Any]) -> Split:
    """Return the split of a record."""
    return Split(kept["shares"], kept["latest"], kept["tags"])
