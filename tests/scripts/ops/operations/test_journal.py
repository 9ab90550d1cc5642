"""An operation's steps: each once, written down, whatever the end is."""

from datetime import timedelta

import pytest

from scripts.ops.operations.errors import (
    BusyError,
    FailedError,
    LostError,
    OperationError,
    WentBackError,
)
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.lock import LEASE
from scripts.ops.operations.record import State
from tests.scripts.ops.operations.made_up import Clock, MemoryBook, a_lock, a_record


class Desk:
    """A journal with its book, and what it told."""

    def __init__(self, book: MemoryBook | None = None) -> None:
        self.book = book or MemoryBook()
        self.told: list[str] = []
        self.clock = Clock()
        known = self.book.find(a_record().id)
        self.journal = Journal(known or a_record(), self.book, self.told.append, self.clock)

    @property
    def state(self) -> State:
        return self.book.saved[-1].state


def test_a_step_is_told_and_written_down() -> None:
    """What a step did is shown, and kept in the record."""
    desk = Desk()
    with desk.journal.open():
        desk.journal.step("pin", "Pin the traffic", lambda: "2 services")
    assert desk.told == ["Pin the traffic ...", "Pin the traffic: 2 services"]
    assert desk.book.saved[-1].said("pin") == "2 services"
    assert desk.state is State.DONE


def test_the_record_is_there_before_the_first_step() -> None:
    """Who is killed at once has left a record that says RUNNING."""
    desk = Desk()
    with desk.journal.open():
        assert [each.state for each in desk.book.saved] == [State.RUNNING]


def test_a_step_that_is_over_is_passed_by() -> None:
    """An operation that goes on does not do again what it has done."""
    first = Desk()
    first.journal.step("pin", "Pin", lambda: "2 services")
    again = Desk(first.book)
    assert again.journal.step("pin", "Pin", lambda: pytest.fail("done twice")) == "2 services"
    assert again.told == ["Pin: done before (2 services)"]


def test_a_step_that_failed_is_done_again() -> None:
    """What a step did not finish is its work when the operation goes on."""
    first = Desk()
    with pytest.raises(OperationError), first.journal.open():
        first.journal.step("pin", "Pin", _raising(OperationError("refused")))
    again = Desk(first.book)
    assert again.journal.step("pin", "Pin", lambda: "2 services") == "2 services"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (WentBackError("bad"), State.WENT_BACK),
        (FailedError("red"), State.FAILED),
        (OperationError("refused"), State.STOPPED),
        (KeyboardInterrupt(), State.STOPPED),
        (ZeroDivisionError(), State.STOPPED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_end_is_written_down(error: BaseException, state: State) -> None:
    """However an operation ends, its record says how, and its lock is free."""
    desk = Desk()
    with pytest.raises(type(error)), desk.journal.open(locked=True):
        raise error
    assert desk.state is state
    assert desk.book.lock is None


def test_nothing_is_written_where_somebody_else_is_at_it() -> None:
    """Who comes second leaves no record of an operation that did not begin."""
    desk = Desk(MemoryBook(lock=a_lock("bob")))
    with pytest.raises(BusyError), desk.journal.open(locked=True):
        pytest.fail("it went on")
    assert desk.book.saved == []


def test_a_place_can_be_taken() -> None:
    """By force, an operation begins although another one goes on."""
    desk = Desk(MemoryBook(lock=a_lock("bob")))
    with desk.journal.open(locked=True, by_force=True):
        assert desk.book.lock is not None
        assert desk.book.lock.operation == a_record().id


def test_who_lost_its_place_does_no_further_step() -> None:
    """The step after the loss is not begun, and the other one keeps the lock."""
    desk = Desk()

    def lose() -> str:
        desk.book.lock = a_lock("bob")
        return "done"

    with pytest.raises(LostError), desk.journal.open(locked=True):
        desk.journal.step("pin", lose(), lambda: pytest.fail("it went on"))
    assert desk.state is State.STOPPED
    assert desk.book.lock == a_lock("bob")


def test_each_step_renews_the_lock() -> None:
    """An operation of many steps keeps its lock longer than one lease."""
    desk = Desk()
    with desk.journal.open(locked=True):
        for name in ("pin", "deploy", "shift"):
            desk.clock.pass_by(LEASE - timedelta(minutes=1))
            desk.journal.step(name, name, lambda: "done")
        assert desk.book.lock is not None
        assert desk.book.lock.until == desk.clock.now + LEASE


def test_facts_outlive_the_process() -> None:
    """What a step has found out is there when the operation goes on."""
    first = Desk()
    first.journal.keep(pins={"health": "health-00001-abc"})
    assert Desk(first.book).journal.record.facts == {"pins": {"health": "health-00001-abc"}}


def _raising(error: Exception):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a function that only raises
    def do() -> str:
        raise error

    return do
