"""What must be so before anything is deployed: decisions without I/O."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from conteur.settings import Environment
from scripts.ops.operations.record import Record

FRESH = timedelta(minutes=60)
AHEAD = timedelta(minutes=2)
"""How far clocks differ. What began later than that is of a clock that cannot be trusted."""
_SHOWN = 5  # of the files that are not committed


def changed_gate(changed: Sequence[str]) -> str:
    """Return why the checkout may not be deployed; empty where it may."""
    if not changed:
        return ""
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    return (
        f"The checkout is not clean: {', '.join(changed[:_SHOWN])}{more}. What is deployed must be "
        "a commit, so that it can be found again. Commit it, or put it away with git stash -u."
    )


def preflight_gate(
    environment: str, commit: str, preflights: Sequence[Record], now: datetime
) -> str:
    """Return why no preflight lets this commit be deployed; empty where one does."""
    if environment != Environment.PRODUCTION or passing(environment, commit, preflights, now):
        return ""
    again = f"Run scripts/preflight {environment}, mend what it finds, and deploy within the hour."
    mine = [each for each in preflights if each.environment == environment]
    if not mine:
        return f"No preflight of {environment} is on record. {again}"
    newest = mine[0]
    minutes = (now - newest.began).total_seconds() / 60
    if newest.commit != commit:
        theirs, ours = newest.commit[:12], commit[:12]
        return f"The newest preflight ({newest.id}) is of commit {theirs}, not of {ours}. {again}"
    if newest.facts.get("green") is not True:
        return f"The newest preflight ({newest.id}) is not green. {again}"
    if _is_ahead(newest, now):
        return (
            f"The newest preflight ({newest.id}) began {-minutes:.0f} minutes from now: a clock is "
            f"wrong, this machine's or that one's. Set it. {again}"
        )
    return f"The newest preflight ({newest.id}) is {minutes:.0f} minutes old. {again}"


def passing(
    environment: str, commit: str, preflights: Sequence[Record], now: datetime
) -> Record | None:
    """Return the newest preflight of this commit, where it is green and fresh."""
    mine = [each for each in preflights if each.environment == environment]
    newest = mine[0] if mine else None
    if newest is None or newest.commit != commit or now - newest.began > FRESH:
        return None
    if _is_ahead(newest, now):
        return None
    return newest if newest.facts.get("green") is True else None


def _is_ahead(preflight: Record, now: datetime) -> bool:
    return preflight.began - now > AHEAD
