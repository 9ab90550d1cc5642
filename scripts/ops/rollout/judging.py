"""Whether a new revision fails too often: a decision without I/O.

A revision is bad by its errors only where it fails much and the one before does not: when the
model's provider is down both fail, and going back would mend nothing. The least number of calls
keeps one unlucky call from deciding; figures that are missing decide nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from scripts.ops.traffic.error_rates import Rate

MOST_FAILED = 0.05
"""The guide's threshold for going back."""
WORSE = 2.0
"""How many times the old revision's share it must be more than."""
RECENT = timedelta(minutes=30)
"""How long a rate is remembered: longer than a step takes with its watch and its look."""


def too_many_fail(new: Rate | None, old: Rate | None) -> bool:
    """Tell whether the new revision has to go, held against the old one."""
    if new is None or old is None or not (new.tells and old.tells):
        return False
    return new.share > MOST_FAILED and new.share > WORSE * old.share


def recent(kept: Mapping[str, Any] | None, now: datetime) -> Rate | None:
    """Return the rate of a record; None where it is of too long ago, or there is none."""
    if kept is None or now - datetime.fromisoformat(kept["at"]) > RECENT:
        return None
    return Rate(kept["calls"], kept["failed"])


def document(rate: Rate, at: datetime) -> dict[str, Any]:
    """Return a rate for the record."""
    return {"calls": rate.calls, "failed": rate.failed, "at": at.isoformat()}
