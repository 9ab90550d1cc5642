"""What rollbacks before this one mean for it: a decision without I/O.

One rollback a revision: what was left is quarantined, and for COOL_DOWN nothing goes back further
by itself, for then the revision is hardly what is wrong. What was cut off is gone on with.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scripts.ops.going_back.wish import Move, Wish, read_move
from scripts.ops.operations.record import Record, State

COOL_DOWN = timedelta(minutes=30)
GOES_ON = timedelta(hours=2)
"""How long after its begin one that was cut off is gone on with."""
MOVES = "moves"
"""The fact of a rollback's record: what it moves, in its order."""


def moves_of(record: Record) -> tuple[Move, ...]:
    """Return what a rollback has moved, or had begun to."""
    return tuple(read_move(each) for each in record.facts.get(MOVES, ()))


def cut_off(records: Sequence[Record], wish: Wish, now: datetime) -> Record | None:
    """Return the newest rollback where it was asked for the same, and has not come to its end."""
    newest = next((each for each in records if each.facts.get(MOVES)), None)
    if newest is None or newest.state is State.DONE or now - newest.began > GOES_ON:
        return None
    return newest if newest.asked == wish.document() else None


def cooling(records: Sequence[Record], wish: Wish, now: datetime) -> Record | None:
    """Return the whole rollback of the same functions after which this one has to wait."""
    if wish.to:
        return None
    for each in records:
        moves = moves_of(each)
        touched = not wish.functions or {*wish.functions} & {move.function for move in moves}
        whole = [move for move in moves if move.quarantine]
        if whole and touched and now - (each.ended or each.began) < COOL_DOWN:
            return each
    return None
