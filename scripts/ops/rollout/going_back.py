"""Sends all traffic back to where it was, and sees to it that nobody takes the bad way again."""

from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import BusyError, OperationError, WentBackError
from scripts.ops.place import PlaceError
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.mover import move

WHY = "bad"
"""The fact that a deploy goes back, and why: one that was cut off goes on going back."""


def go_back(desk: Desk) -> None:
    """Go back, and raise WentBackError; BusyError where somebody else has moved traffic."""
    reasons = list(desk.journal.record.facts[WHY])
    step = desk.journal.step
    step("back", "Send all traffic back", lambda: _back(desk))
    step("quarantine", "Quarantine the new revisions", lambda: _quarantine(desk, reasons))
    step("announce", "Announce it", lambda: _announce(desk))
    well = step("old", "Validate what serves again", lambda: _validate(desk))
    raise WentBackError(_text(desk, reasons, well))


def _back(desk: Desk) -> str:
    overtaken = []
    for function in desk.pins:
        way = desk.course(function)
        wanted = way.pinned if way.new else way.previous
        try:
            move(desk.outside.platform, function, wanted, way.own())
        except BusyError as error:
            overtaken.append(str(error))
    if overtaken:
        raise BusyError(
            "The new revisions are bad, and not all traffic could be sent back: "
            + " ".join(overtaken)
            + " All others are back. --resume goes on once that is settled."
        )
    return "; ".join(f"{name} on {revision}" for name, revision in desk.pins.items())


def _quarantine(desk: Desk, reasons: list[str]) -> str:
    record, new = desk.journal.record, [desk.revisions[each] for each in desk.on_trial]
    why = f"{record.id}: {'; '.join(reasons)}"
    for revision in new:
        found = Quarantined(revision, why, record.by, desk.outside.clock())
        desk.outside.book.quarantine(found)
    return ", ".join(new)


def _announce(desk: Desk) -> str:
    try:
        return desk.outside.announce()
    except (OperationError, PlaceError) as error:
        return f"nobody was told, for it failed: {error}"


def _validate(desk: Desk) -> str:
    try:
        report = desk.outside.validate("")
    except OperationError as error:
        return f"not known, for validate failed: {error}"
    failed = "; ".join(f"{each.title}: {each.said}" for each in report.failed)
    return (
        f"it fails too ({failed}): the fault is not the new revision's alone" if failed else "well"
    )


def _text(desk: Desk, reasons: list[str], well: str) -> str:
    stays = " Rules, indexes and migrations stay as deployed." if desk.wish.whole else ""
    new = ", ".join(desk.revisions[each] for each in desk.on_trial)
    return (
        f"The new revisions are bad: {'; '.join(reasons)}. All traffic is back on "
        f"{', '.join(desk.pins.values())}, and pinned there where {new} would have it, which "
        f"is in quarantine.{stays} What serves again: {well}. Mend the code, and deploy the mended "
        "commit with --canary, which ends the pin."
    )
