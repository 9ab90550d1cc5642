"""Whether a new revision fails too often: a decision without I/O.

A revision is bad by its errors only where it fails much and the one before does not: when the
model's provider is down both fail, and going back would mend nothing. The least number of calls
keeps one unlucky call from deciding; figures that are missing decide nothing.
"""

from collections.abc import Mapping

from scripts.ops.traffic.error_rates import Rate

MOST_FAILED = 0.05
"""The guide's threshold for going back."""
WORSE = 2.0
"""How many times the old revision's share it must be more than."""


def too_many_fail(new: Rate | None, old: Rate | None) -> bool:
    """Tell whether the new revision has to go, held against the old one."""
    if new is None or old is None or not (new.tells and old.tells):
        return False
    return new.share > MOST_FAILED and new.share > WORSE * old.share


def known_better(now: Rate | None, before: Rate | None) -> Rate | None:
    """Return the old revision's rate: the newest one with enough calls.

    Near the end of a canary it gets hardly any; what it did at the steps before holds then.
    """
    return now if now and now.tells else before


def rate_of(kept: Mapping[str, float] | None) -> Rate | None:
    """Return the rate of a record."""
    return Rate(kept["calls"], kept["failed"]) if kept else None


def document(rate: Rate) -> dict[str, float]:
    """Return a rate for the record."""
    return {"calls": rate.calls, "failed": rate.failed}
