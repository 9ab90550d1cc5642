"""What a deploy does with quarantine: it tries nothing that is in it, and puts bad ones there."""

from collections.abc import Sequence

from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import OperationError
from scripts.ops.rollout.desk import Desk

DOUBTED = "doubted"
"""The fact that the new revisions went, and may not be what is bad: they stay out of quarantine."""


def check(desk: Desk) -> None:
    """Raise OperationError where a revision on trial is in quarantine: none is tried then."""
    known = desk.outside.book.quarantined()
    bad = [desk.revisions[each] for each in desk.on_trial if desk.revisions[each] in known]
    if not bad:
        return
    why = "; ".join(f"{each} is in quarantine ({known[each].why})" for each in bad)
    raise OperationError(
        f"{why}, and nothing has changed since. The functions are deployed, nothing was tried, "
        f"and all traffic is where it was, pinned to {', '.join(desk.pins.values())}. "
        f"{trusting(desk, bad)}"
    )


def trusting(desk: Desk, revisions: Sequence[str]) -> str:
    """Return the ways on, for people."""
    where = desk.journal.record.environment
    trust = " ".join(f"--trust {each}" for each in revisions)
    return (
        "Deploy a commit that mends it, with --canary. Where it was not what was bad: "
        f"scripts/rollback {where} {trust}, then scripts/deploy {where} --resume."
    )


def put(desk: Desk, reasons: Sequence[str]) -> str:
    """Put the new revisions there, but for those of which it is not known that they are bad."""
    record, new = desk.journal.record, [desk.revisions[each] for each in desk.on_trial]
    if doubt := record.facts.get(DOUBTED):
        return f"left out of it: {doubt}"
    why = f"{record.id}: {'; '.join(reasons)}"
    for revision in new:
        found = Quarantined(revision, why, record.by, desk.outside.clock())
        desk.outside.book.quarantine(found)
    return ", ".join(new)
