"""Who may move traffic now: one operation at a time, for as long as it says that it goes on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LEASE = timedelta(minutes=15)
"""How long a lock holds after its operation has last said that it goes on.

A step may take as long: `firebase deploy` of all functions does some ten minutes.
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """An operation's hold. `fence` is the document's update time; None where it is new."""

    operation: str
    kind: str
    by: str
    since: datetime
    until: datetime
    fence: object = None

    def holds(self, now: datetime) -> bool:
        """Tell whether others have to wait."""
        return now < self.until

    def renewed(self, now: datetime) -> "Lock":
        """Return it with a whole lease."""
        return replace(self, until=now + LEASE)

    def told(self, now: datetime) -> str:
        """Return who holds it, and for how long, for people."""
        minutes = max((self.until - now).total_seconds() / 60, 0)
        since = f"{self.since:%Y-%m-%d %H:%M} UTC"
        return f"{self.kind} {self.operation} by {self.by}, since {since}, {minutes:.0f} min left"
