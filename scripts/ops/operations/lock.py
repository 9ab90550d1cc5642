"""Who may move traffic now: one operation at a time, for as long as it says that it goes on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LEASE = timedelta(minutes=15)
"""How long a lock holds after its operation has last said that it goes on.

A step may take as long: `firebase deploy` of all functions does some ten minutes.
"""
GRACE = timedelta(minutes=2)
"""How long others wait after that: clocks differ, and a step may be at its last line."""


@dataclass(frozen=True, slots=True)
class Lock:
    """An operation's hold. `fence` is the document's update time; None where it is new.

    `holder` is drawn at random by whoever goes on with the operation: the one that was resumed and
    the one that still runs have the same `operation`.
    """

    operation: str
    kind: str
    by: str
    since: datetime
    until: datetime
    holder: str = ""
    fence: object = None

    def holds(self, now: datetime) -> bool:
        """Tell whether others have to wait."""
        return now < self.until + GRACE

    def keeps_out(self, wanted: "Lock", now: datetime) -> bool:
        """Tell whether who wants it has to wait."""
        return self.holds(now) and not self.is_of(wanted)

    def is_of(self, other: "Lock") -> bool:
        """Tell whether both are holds of the same operation by the same process."""
        return (self.operation, self.holder) == (other.operation, other.holder)

    def renewed(self, now: datetime) -> "Lock":
        """Return it with a whole lease."""
        return replace(self, until=now + LEASE)

    def told(self, now: datetime) -> str:
        """Return who holds it, and for how long, for people."""
        minutes = max((self.until + GRACE - now).total_seconds() / 60, 0)
        since = f"{self.since:%Y-%m-%d %H:%M} UTC"
        return f"{self.kind} {self.operation} by {self.by}, since {since}, {minutes:.0f} min left"
