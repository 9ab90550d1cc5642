"""Moves the services of a rollback, quarantines what is left, verifies and tells people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from scripts.ops.going_back.plan import is_there, split_of
from scripts.ops.going_back.wish import Move
from scripts.ops.operations.book import Book, Quarantined
from scripts.ops.operations.errors import BusyError, FailedError, LostError, OperationError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.ports import Announce, GoOn, Validator
from scripts.ops.place import PlaceError
from scripts.ops.traffic.moving import shares_text
from scripts.ops.traffic.platform import Platform, ServiceState


@dataclass(frozen=True, slots=True)
class Hands:
    """What does it. `seeing` gives what validates, `again` is the command that goes on."""

    platform: Platform
    book: Book
    seeing: Callable[[GoOn], Validator]
    announce: Announce
    clock: Callable[[], datetime]
    again: str


def carry_out(journal: Journal, hands: Hands, moves: Sequence[Move]) -> None:
    """Do it all, each step once. Raises OperationError; FailedError where it is not well then.

    What is to be moved is written down by now, so that nothing waits for the book from here on:
    half of a rollback is worse than one whose record has a gap.
    """
    trusted: list[str] = []
    for done, move in enumerate(moves):
        do = partial(_moved, journal, hands, move, trusted)
        try:
            journal.step(f"move {move.function}", move.text, do, must=True)
        except LostError:
            raise
        except OperationError as error:
            raise _half_done(error, moves, done, hands.again) from error
    report, unseen = _validated(journal, hands)
    journal.step("announce", "Tell people", partial(told, hands.announce), must=True)
    names = ", ".join(move.target for move in moves)
    if report is not None and report.failed:
        raise _not_well(report, names, trusted)
    if report is None or trusted:
        raise _not_known(journal.record.environment, names, unseen, trusted, hands.again)


def _moved(journal: Journal, hands: Hands, move: Move, trusted: list[str]) -> str:
    """Move, and quarantine what is left; add to `trusted` what could not be."""
    state = hands.platform.service(move.function)
    if state is None:
        raise OperationError(f"The service of {move.function} is gone: somebody has deleted it.")
    was_there = is_there(state, move)
    if not was_there:
        _check_unchanged(state, move)
        journal.go_on()
        state = hands.platform.move(state, split_of(state, move))
    out = "".join(_quarantined(journal, hands, each, trusted) for each in move.quarantine)
    return f"{'there already: ' if was_there else ''}{shares_text(state)}{out}"


def _check_unchanged(state: ServiceState, move: Move) -> None:
    """Raise BusyError where the revision that was to be left does not serve any more."""
    if move.leave not in state.serving:
        raise BusyError(
            f"Somebody else has moved the traffic of {move.function} meanwhile: {move.leave} has "
            f"none any more, {shares_text(state)}. It was left as it is."
        )


def _quarantined(journal: Journal, hands: Hands, revision: str, trusted: list[str]) -> str:
    """Quarantine a revision; where the book does not answer, that is no reason to stop."""
    record = journal.record
    why = f"rolled back: {record.reason} ({record.id})"
    try:
        if revision not in hands.book.quarantined():
            hands.book.quarantine(Quarantined(revision, why, record.by, hands.clock()))
    except OperationError as error:
        trusted.append(revision)
        return f"; NOT quarantined: {revision} ({error})"
    return f"; quarantined {revision}"


def _validated(journal: Journal, hands: Hands) -> tuple[Report | None, str]:
    """Return what was seen, or why nothing could be: people are told first, whatever it is."""
    seen: list[Report] = []

    def look() -> str:
        report = hands.seeing(journal.go_on)("")
        seen.append(report)
        journal.keep(must=True, validation=report.document())
        failed = ", ".join(each.title for each in report.failed)
        return f"FAILED: {failed}" if failed else "all is as it has to be"

    try:
        journal.step("validate", "Validate the service", look, must=True)
    except LostError:
        raise
    except OperationError as error:
        return None, str(error)
    return seen[0], ""


def told(announce: Announce) -> str:
    """Tell people; that nobody could be told undoes nothing."""
    try:
        return announce()
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


def _not_well(report: Report, names: str, trusted: Sequence[str]) -> FailedError:
    failed = "; ".join(f"{each.title}: {each.said}" for each in report.failed)
    return FailedError(
        f"The traffic is moved ({names}), and the service is not well: {failed}. So it was not, or "
        "not only, the revision. Look at docs/on-call.md; turn a part off with --flag, or go "
        f"further back with --to.{_owed(trusted)}"
    )


def _not_known(
    environment: str, names: str, unseen: str, trusted: Sequence[str], again: str
) -> OperationError:
    """Return what is left to do, the traffic being moved."""
    look = (
        f" Whether the service is well is not known: {unseen} Look: scripts/validate {environment}."
        if unseen
        else ""
    )
    once_more = f" Give the command again when the book answers:\n  {again}" if trusted else ""
    return OperationError(f"The traffic is moved ({names}).{look}{_owed(trusted)}{once_more}")


def _owed(trusted: Sequence[str]) -> str:
    out = ", ".join(trusted)
    return f" Not quarantined, so that a deploy may serve it again: {out}." if trusted else ""
