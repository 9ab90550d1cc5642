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
from scripts.ops.operations.lock import LEASE
from scripts.ops.operations.record import State
from scripts.ops.operations.shortened import MOST
from tests.scripts.ops.operations.desk import CountingBook, Desk, raising
from tests.scripts.ops.operations.made_up import MemoryBook, a_lock, a_record


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
        first.journal.step("pin", "Pin", raising(OperationError("refused")))
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


def test_the_same_operation_in_another_process() -> None:
    """Who goes on with an operation that still runs hears that, and changes nothing of it."""
    first = Desk()
    with first.journal.open(locked=True):
        first.journal.step("pin", "Pin", lambda: "2 services")
        second, saved = Desk(first.book), len(first.book.saved)
        with pytest.raises(BusyError), second.journal.open(locked=True):
            pytest.fail("it went on")
        assert len(first.book.saved) == saved
        assert first.journal.step("shift", "Shift", lambda: "done") == "done"


def test_who_was_taken_over_writes_nothing() -> None:
    """The record is of the process that goes on with it, not of the one that lost it."""
    first = Desk()
    second = Desk(first.book)

    def both() -> None:
        with second.journal.open(locked=True, by_force=True):
            second.journal.step("pin", "Pin", lambda: "by the second")
            first.journal.step("pin", "Pin", lambda: pytest.fail("done by both"))

    with pytest.raises(LostError), first.journal.open(locked=True):
        both()
    assert first.book.saved[-1].said("pin") == "by the second"
    assert first.state is State.STOPPED


def test_taken_over_during_a_step() -> None:
    """What a step did whose operation was taken over meanwhile is not written over the other's."""
    first = Desk()
    second = Desk(first.book)

    def taken_over() -> str:
        with second.journal.open(locked=True, by_force=True):
            return "slow"

    with pytest.raises(LostError), first.journal.open(locked=True):
        first.journal.step("pin", "Pin", taken_over)
    assert (first.state, first.book.saved[-1].steps) == (State.DONE, ())


def test_a_long_wait_keeps_the_lock() -> None:
    """What says often that it goes on renews the lock once a minute."""
    desk = Desk(CountingBook())
    with desk.journal.open(locked=True):
        for _ in range(120):
            desk.clock.pass_by(timedelta(seconds=30))
            desk.journal.go_on()
        assert desk.book.held(desk.clock.now) is not None
    assert isinstance(desk.book, CountingBook)
    assert desk.book.renewals == 60


def test_a_long_wait_hears_of_its_loss() -> None:
    """Who lost its place stops in the midst of a wait."""
    desk = Desk()
    with pytest.raises(LostError), desk.journal.open(locked=True):
        desk.waits_while_bob_takes_it()


def test_a_long_text_is_cut() -> None:
    """A record stays below what a document may have, whatever its steps say."""
    desk = Desk()
    with desk.journal.open():
        assert desk.journal.step("deploy", "Deploy", lambda: "x" * 20_000) == "x" * 20_000
        desk.journal.keep(outcomes=[{"said": "x" * 1_100_000, "count": 3}])
    kept = desk.book.saved[-1]
    assert len(kept.said("deploy") or "") < MOST + 100
    assert kept.facts["outcomes"][0]["count"] == 3
    assert len(kept.facts["outcomes"][0]["said"]) < MOST + 100
