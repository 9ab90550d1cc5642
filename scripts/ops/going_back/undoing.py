"""Undoing a deploy that is half done: a decision without I/O.

Its new revisions may have no traffic yet. Then what serves is good, and one step back from it would
be one too far. So all goes to what the deploy's record says that served before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scripts.ops.going_back.before import PREVIOUS, deployed, moves_of, moves_traffic
from scripts.ops.going_back.plan import STAYS, Service, Step, step_of
from scripts.ops.going_back.wish import Wish
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.rollout import course
from scripts.ops.traffic.commits import made_by
from scripts.ops.traffic.compatibility import Verdict
from scripts.ops.traffic.platform import ServiceState
from scripts.ops.traffic.split import CANARY

PINS, LATEST = "pins", "latest"
"""Facts of a deploy's record: what served, where a canary has pinned it, and what was newest."""
_UNFINISHED = (State.RUNNING, State.STOPPED, State.FAILED)


@dataclass(frozen=True, slots=True)
class HalfDone:
    """A deploy that came to no end, and its functions that no rollback has moved since."""

    record: Record
    functions: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why these functions, for people."""
        its = self.record
        return f"those of {its.id} by {its.by}, which is half done ({its.state}) and is undone"


@dataclass(frozen=True, slots=True)
class Back:
    """What served a function before a deploy, and what that made of it; both may be empty."""

    target: str
    new: str


def half_done(records: Sequence[Record]) -> HalfDone | None:
    """Return the newest deploy that moved traffic, where it came to no end and is not undone.

    `records` are of deploys and rollbacks, the newest first.
    """
    moved: set[str] = set()
    for record in records:
        if record.kind is Kind.ROLLBACK:
            moved |= {move.function for move in moves_of(record)}
        elif moves_traffic(record):
            left = tuple(sorted(deployed(record) - moved))
            is_open = record.state in _UNFINISHED and PREVIOUS in record.facts
            return HalfDone(record, left) if is_open and left else None
    return None


def back_of(record: Record, state: ServiceState) -> Back | None:
    """Return where a service goes; None where the deploy has changed nothing of it."""
    facts, function = record.facts, state.function
    newest = state.latest_created
    is_its = newest != facts.get(LATEST, {}).get(function) and newest in state.serving
    new = made_by(record).get(function) or (newest if is_its else "")
    pin = facts.get(PINS, {}).get(function, "")
    if not pin and not new:
        return None
    return Back(pin or _served(record, function), new)


def undo_step(
    service: Service, back: Back, wish: Wish, verdict: Verdict | None, trusted: Sequence[str]
) -> Step:
    """Return the step of a service that was read with the target named.

    `trusted` are the new revisions that are not in quarantine yet.
    """
    if not back.target:
        return Step(service, None, (), (STAYS,))
    step = step_of(service, wish, verdict)
    if step.move is None:
        return step
    bad = tuple(each for each in (back.new,) if each)
    owed = tuple(each for each in bad if each in trusted)
    notes = list(step.notes)
    if CANARY in service.state.split.tags:
        notes.append(f"its tag {CANARY} is taken away")
    if owed:
        notes.append(f"{', '.join(owed)}, which that deploy made, is quarantined")
    move = replace(step.move, quarantine=bad, untag=True)
    return Step(service, move, step.problems, tuple(notes), owed)


def _served(record: Record, function: str) -> str:
    """Return what served before; empty where the function came with the deploy."""
    kept = record.facts.get(PREVIOUS, {}).get(function)
    if kept is None:
        return ""
    return course.read(kept).leading or record.facts.get(LATEST, {}).get(function, "")
