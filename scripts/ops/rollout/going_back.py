"""Sends all traffic back to where it was, and sees to it that nobody takes the bad way again.

The traffic is moved first, whether the book of operations answers or not: users come before
records. What could not be written down then is told.
"""

from scripts.ops.operations.errors import BusyError, LostError, OperationError, WentBackError
from scripts.ops.place import PlaceError
from scripts.ops.rollout import quarantine
from scripts.ops.rollout.course import Course
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.mover import found, move
from scripts.ops.rollout.quarantine import DOUBTED
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import Split

WHY = "bad"
"""The fact that a deploy goes back, and why: one that was cut off goes on going back."""


def go_back(desk: Desk) -> None:
    """Go back, and raise WentBackError; BusyError where somebody else has moved traffic."""
    reasons = list(desk.journal.record.facts[WHY])
    step = desk.journal.step
    step("back", "Send all traffic back", lambda: _back(desk), must=True)
    well = step("old", "Validate what serves again", lambda: _validate(desk), must=True)
    kept = _quarantine(desk, reasons)
    step("announce", "Announce it", lambda: _announce(desk), must=True)
    raise WentBackError(_text(desk, reasons, well, kept))


def retreat(desk: Desk, error: Exception) -> None:
    """Send the traffic back because this program is broken; whoever goes on does the rest."""
    why = f"this program broke off: {type(error).__name__}: {error}"
    desk.journal.keep(must=True, **{WHY: [why], DOUBTED: "this program broke off"})
    try:
        desk.journal.step("back", "Send all traffic back", lambda: _back(desk), must=True)
    except OperationError as problem:
        error.add_note(str(problem))
        return
    error.add_note(
        f"All traffic is back on {', '.join(desk.pins.values())}, and pinned there. --resume "
        "validates that and announces it; the new revisions are not in quarantine."
    )


def _back(desk: Desk) -> str:
    left: list[OperationError] = []
    for function in desk.pins:
        way = desk.course(function)
        try:
            state = found(desk.outside.platform, function)
            move(desk, state, _wanted(way, state), way.own())
        except LostError:
            raise
        except OperationError as error:
            left.append(error)
    if left:
        kind = BusyError if all(isinstance(each, BusyError) for each in left) else OperationError
        raise kind(
            "The new revisions are bad, and not all traffic could be sent back: "
            + " ".join(map(str, left))
            + " All others are back. --resume goes on once that is settled."
        )
    return "; ".join(f"{name} on {revision}" for name, revision in desk.pins.items())


def _wanted(way: Course, state: ServiceState) -> Split:
    """Return what a service goes back to: what it had, unless that gives traffic to the untried."""
    return way.previous if not way.new and state.latest_created == way.pin else way.pinned


def _quarantine(desk: Desk, reasons: list[str]) -> str:
    """Put the new revisions in quarantine, and return what became of that, for people."""
    try:
        return desk.journal.step(
            "quarantine",
            "Quarantine the new revisions",
            lambda: quarantine.put(desk, reasons),
            must=True,
        )
    except LostError:
        raise
    except OperationError as error:
        return f"not written down ({error}): deploy this commit no more"


def _announce(desk: Desk) -> str:
    try:
        return desk.outside.announce()
    except (OperationError, PlaceError) as error:
        return f"nobody was told, for it failed: {error}"


def _validate(desk: Desk) -> str:
    try:
        report = desk.outside.validate("")
    except LostError:
        raise
    except OperationError as error:
        return f"not known, for validate failed: {error}"
    if not report.failed:
        return "well"
    failed = "; ".join(f"{each.title}: {each.said}" for each in report.failed)
    desk.journal.keep(must=True, **{DOUBTED: "what served before fails too, as in an outage"})
    return f"it fails too ({failed}): the fault is not the new revision's alone"


def _text(desk: Desk, reasons: list[str], well: str, kept: str) -> str:
    stays = " Rules, indexes and migrations stay as deployed." if desk.wish.whole else ""
    new = ", ".join(desk.revisions[each] for each in desk.on_trial)
    doubt = desk.journal.record.facts.get(DOUBTED)
    on = (
        "Once that is over, deploy the same commit again with --canary, which ends the pin"
        if doubt
        else "Mend the code, and deploy the mended commit with --canary, which ends the pin"
    )
    return (
        f"The new revisions {'had to go' if doubt else 'are bad'}: {'; '.join(reasons)}. All "
        f"traffic is back on {', '.join(desk.pins.values())}, and pinned there where {new} would "
        f"have it. Quarantine: {kept}.{stays} What serves again: {well}. {on}."
    )
