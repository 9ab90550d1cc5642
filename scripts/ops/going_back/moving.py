"""Moves the services of a rollback, quarantines what is left, verifies and tells people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from conteur.telemetry.operation_metrics import ROLLED_BACK
from scripts.ops.going_back.plan import is_there, split_of
from scripts.ops.going_back.wish import Move
from scripts.ops.operations.book import Book, Quarantined
from scripts.ops.operations.errors import BusyError, FailedError, LostError, OperationError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.outcome import Report
from scripts.ops.place import PlaceError
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import Platform, ServiceState

Validator = Callable[[str], Report]
"""Looks at the service as a user does; its argument is a traffic tag, empty: as everybody gets it.
"""
Announce = Callable[[str], str]
"""Tells people that something of a kind was done, and returns how they are told."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What does it. `again` is the command that goes on."""

    platform: Platform
    book: Book
    validate: Validator
    announce: Announce
    clock: Callable[[], datetime]
    again: str


def carry_out(journal: Journal, hands: Hands, moves: Sequence[Move]) -> None:
    """Do it all, each step once. Raises OperationError; FailedError where it is not well then."""
    for done, move in enumerate(moves):
        do = partial(_moved, journal, hands, move)
        try:
            journal.step(f"move {move.function}", move.text, do)
        except LostError:
            raise
        except OperationError as error:
            raise _half_done(error, moves, done, hands.again) from error
    report, unseen = _validated(journal, hands)
    journal.step("announce", "Tell people", partial(told, hands.announce))
    names = ", ".join(move.target for move in moves)
    if report is None:
        raise OperationError(
            f"The traffic is moved ({names}). Whether the service is well is not known: {unseen} "
            f"Look: scripts/validate {journal.record.environment}"
        )
    if report.failed:
        raise _not_well(report, names)


def _moved(journal: Journal, hands: Hands, move: Move) -> str:
    state = hands.platform.service(move.function)
    if state is None:
        raise OperationError(f"The service of {move.function} is gone: somebody has deleted it.")
    was_there = is_there(state, move)
    if not was_there:
        _check_unchanged(state, move)
        state = hands.platform.move(state, split_of(state, move))
    for revision in move.quarantine:
        _quarantine(journal, hands, revision)
    out = f"; quarantined {', '.join(move.quarantine)}" if move.quarantine else ""
    return f"{'there already: ' if was_there else ''}{shares_text(state)}{out}"


def _check_unchanged(state: ServiceState, move: Move) -> None:
    """Raise BusyError where the revision that was to be left does not serve any more."""
    if move.leave not in state.serving:
        raise BusyError(
            f"Somebody else has moved the traffic of {move.function} meanwhile: {move.leave} has "
            f"none any more, {shares_text(state)}. It was left as it is."
        )


def _quarantine(journal: Journal, hands: Hands, revision: str) -> None:
    if revision in hands.book.quarantined():
        return
    record = journal.record
    why = f"rolled back: {record.reason} ({record.id})"
    hands.book.quarantine(Quarantined(revision, why, record.by, hands.clock()))


def _validated(journal: Journal, hands: Hands) -> tuple[Report | None, str]:
    """Return what was seen, or why nothing could be: people are told first, whatever it is."""
    seen: list[Report] = []

    def look() -> str:
        report = hands.validate("")
        seen.append(report)
        journal.keep(validation=report.document())
        failed = ", ".join(each.title for each in report.failed)
        return f"FAILED: {failed}" if failed else "all is as it has to be"

    try:
        journal.step("validate", "Validate the service", look)
    except LostError:
        raise
    except OperationError as error:
        return None, str(error)
    return seen[0], ""


def told(announce: Announce) -> str:
    """Tell people; that nobody could be told undoes nothing."""
    try:
        return announce(ROLLED_BACK)
    except (OperationError, PlaceError) as error:
        return f"nobody was told: {error}"


def _half_done(
    error: OperationError, moves: Sequence[Move], done: int, again: str
) -> OperationError:
    moved = ", ".join(move.function for move in moves[:done]) or "nothing"
    left = ", ".join(move.function for move in moves[done:])
    return type(error)(
        f"{error}\nMoved: {moved}. Not moved, or not known to be: {left}. When that is mended give "
        f"the command again, it goes on with what is left:\n  {again}"
    )


def _not_well(report: Report, names: str) -> FailedError:
    failed = "; ".join(f"{each.title}: {each.said}" for each in report.failed)
    return FailedError(
        f"The traffic is moved ({names}), and the service is not well: {failed}. So it was not, or "
        "not only, the revision. Look at docs/on-call.md; turn a part off with --flag, or go "
        "further back with --to."
    )
