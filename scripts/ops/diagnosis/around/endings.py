"""How calls ended, as their lines tell."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scripts.ops.diagnosis.calls import END, REASONED
from scripts.ops.logbook.line import Line

COMPLETED, FAILED = "completed", "failed"
EVENTS = (END, *REASONED)
_FACTS = ("kind", "phase", "cause")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, and when; `facts` are kind, phase and cause of its error.

    `own` tells those of the request that is looked into.
    """

    at: datetime
    revision: str
    outcome: str
    reason: str
    facts: tuple[str, ...]
    own: bool


def read_endings(lines: Iterable[Line], own: Collection[str]) -> Sequence[Ending]:
    """Return a row a call that ended, oldest first; `own` are request ids."""
    errors: dict[str, Line] = {}
    found = []
    for line in sorted(lines, key=lambda line: line.time):
        if line.event == END:
            error = errors.pop(line.request_id, line)
            found.append(_ending(line, error, own=line.request_id in own))
        elif line.event in REASONED:
            errors[line.request_id] = line
    return found


def _ending(line: Line, error: Line, *, own: bool) -> Ending:
    return Ending(
        at=line.time,
        revision=line.revision,
        outcome=str(line.fields.get("outcome", "")),
        reason=str(line.fields.get("reason", "")),
        facts=tuple(str(error.fields.get(name, "")) for name in _FACTS),
        own=own,
    )
