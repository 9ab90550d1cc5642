"""What operations before this one mean for it: a decision without I/O.

One rollback a revision: what was left is quarantined, and for COOL_DOWN nothing goes back further
by itself, for then the revision is hardly what is wrong. What was cut off is gone on with. Both
are over once a deploy has brought something new.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from scripts.ops.going_back.wish import Move, Wish, read_move
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.traffic.commits import REVISIONS

COOL_DOWN = timedelta(minutes=30)
GOES_ON = timedelta(hours=2)
"""How long after its begin one that was cut off is gone on with."""
MOVES = "moves"
"""The fact of a rollback's record: what it moves, in its order. Who moves nothing has none."""
FIRST = "goes_on"
"""The fact of a rollback's record: the id of the one that it goes on with; empty: with none."""
PREVIOUS = "previous"
"""The fact of a deploy's record: the splits before it, written down before it moves anything."""
FUNCTIONS = "functions"
"""The fact of a deploy's record: what it deploys."""
_OVER = (State.DONE, State.FAILED)
"""All is moved then; FAILED, and what was looked at after that is not well."""


def facts(moves: Sequence[Move], goes_on: str) -> dict[str, Any]:
    """Return what a rollback writes down before it moves anything."""
    return {MOVES: [each.document() for each in moves], FIRST: goes_on}


def moves_of(record: Record) -> tuple[Move, ...]:
    """Return what a rollback has moved, or had begun to."""
    return tuple(read_move(each) for each in record.facts.get(MOVES, ()))


def moves_traffic(record: Record) -> bool:
    """Tell whether an operation has moved traffic, or may have."""
    named = (PREVIOUS, REVISIONS) if record.kind is Kind.DEPLOY else (MOVES,)
    return any(record.facts.get(each) for each in named)


def deployed(record: Record) -> set[str]:
    """Return the functions that a deploy has touched."""
    known: Mapping[str, object] = record.facts
    touched = known.get(FUNCTIONS) or known.get(PREVIOUS) or known.get(REVISIONS)
    return {*touched} if isinstance(touched, Mapping | list | tuple) else set()


def cut_off(records: Sequence[Record], wish: Wish, now: datetime) -> Record | None:
    """Return the newest rollback where it was asked for the same, and has not come to its end.

    `records` are of deploys and rollbacks, the newest first.
    """
    newest = next((each for each in records if moves_traffic(each)), None)
    if newest is None or newest.kind is not Kind.ROLLBACK or newest.state in _OVER:
        return None
    if now - _first(newest, records).began > GOES_ON:
        return None
    return newest if newest.asked == wish.document() else None


def cooling(records: Sequence[Record], wish: Wish, now: datetime) -> Record | None:
    """Return the whole rollback of the same functions after which this one has to wait."""
    if wish.to:
        return None
    for record, since in _rollbacks(records):
        if since and not wish.functions:
            return None
        moves = moves_of(record)
        moved = {move.function for move in moves}
        touched = moved & {*wish.functions} - since if wish.functions else moved
        whole = [move for move in moves if move.quarantine]
        if whole and touched and now - (record.ended or record.began) < COOL_DOWN:
            return record
    return None


def _rollbacks(records: Sequence[Record]) -> Iterator[tuple[Record, set[str]]]:
    """Yield each rollback with the functions that were deployed anew since.

    A deploy that went back by itself has left all traffic where it was.
    """
    since: set[str] = set()
    for record in records:
        if record.kind is Kind.ROLLBACK:
            yield record, since
        elif moves_traffic(record) and record.state is not State.WENT_BACK:
            since |= deployed(record)


def _first(record: Record, records: Sequence[Record]) -> Record:
    """Return the rollback that one goes on with, through all that have tried."""
    by_id = {each.id: each for each in records}
    while before := by_id.get(record.facts.get(FIRST, "")):
        record = before
    return record
