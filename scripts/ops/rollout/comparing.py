"""Holds the error rates of new and old revisions against each other, at a step of the canary.

Near the end the old revision gets hardly any calls, and is known by what it did at the step before.
What begins in between, such as an outage of the model's provider, looks like the new revision's
fault then. So the old one is looked at by its tag before it is believed to be better.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.ops.operations.errors import LostError, OperationError
from scripts.ops.rollout.course import BEFORE
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.judging import document, recent, too_many_fail
from scripts.ops.traffic.error_rates import Rate

LEAST_WINDOW = 120.0
"""Seconds whose calls are counted at least: figures are sent once a minute."""


@dataclass(slots=True)
class Compared:
    """What is told of each function, and which of it are reasons to go back.

    `doubted` are reasons only if the old revisions are well now.
    """

    told: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)


def compare(desk: Desk) -> Compared:
    """Compare all functions on trial. Raises OperationError."""
    found = Compared()
    kept = dict(desk.journal.record.facts.get("old_rates", {}))
    for function in desk.on_trial:
        if rate := _compare(desk, function, kept.get(function), found):
            kept[function] = document(rate, desk.outside.clock())
    desk.journal.keep(must=True, old_rates=kept)
    if found.doubted:
        _settle(desk, found)
    return found


def _compare(
    desk: Desk, function: str, before: Mapping[str, Any] | None, found: Compared
) -> Rate | None:
    """Compare one function, and return the old revision's rate of now, where it tells."""
    seconds = max(desk.wish.bake, LEAST_WINDOW)
    desk.journal.go_on()
    new = desk.outside.rates(function, desk.revisions[function], seconds)
    now = desk.outside.rates(function, desk.pins[function], seconds)
    known = now if now and now.tells else None
    old = known or recent(before, desk.outside.clock()) or now
    found.told.append(f"{function}: new {_text(new)}, old {_text(old)}")
    if too_many_fail(new, old):
        reasons = found.bad if known else found.doubted
        reasons.append(f"too many calls fail: {found.told[-1]}")
    return known


def _settle(desk: Desk, found: Compared) -> None:
    """Look at the old revisions: where they fail too, or cannot be seen, nothing is decided."""
    try:
        report = desk.outside.validate(BEFORE)
    except LostError:
        raise
    except OperationError as error:
        found.told.append(f"not held against the new ones, for nobody can look: {error}")
        return
    if report.failed:
        failed = "; ".join(f"{each.title}: {each.said}" for each in report.failed)
        found.told.append(f"not held against the new ones, for the old ones fail too: {failed}")
    else:
        found.bad += found.doubted


def _text(rate: Rate | None) -> str:
    return rate.text if rate else "unknown"
