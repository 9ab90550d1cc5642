"""An operation whose book of operations does not answer."""

from datetime import timedelta

import pytest

from scripts.ops.operations.errors import (
    LostError,
    OperationError,
    WentBackError,
)
from scripts.ops.operations.record import State
from tests.scripts.ops.operations.desk import Desk, SilentBook, raising


def test_a_wait_outlasts_the_book() -> None:
    """A book that does not answer ends no wait, and is told once a minute."""
    desk = Desk(SilentBook())
    with desk.journal.open(locked=True):
        desk.silence()
        for _ in range(4):
            desk.clock.pass_by(timedelta(seconds=30))
            desk.journal.go_on()
        desk.silence(until=True)
    assert desk.told == ["Not written down, which stops nothing: silent"] * 2


def test_a_step_that_must_be_done() -> None:
    """Going back is done although the book does not answer, and is written down once it does."""
    desk = Desk(SilentBook())
    with desk.journal.open(locked=True):
        desk.silence()
        desk.journal.keep(must=True, back=["health"])
        assert desk.journal.step("back", "Go back", lambda: "all back", must=True) == "all back"
        with pytest.raises(OperationError, match="silent"):
            desk.journal.step("more", "More", lambda: pytest.fail("done"))
        desk.silence(until=True)
    assert "Not written down, which stops nothing: silent" in desk.told
    assert (desk.book.saved[-1].said("back"), desk.state) == ("all back", State.DONE)
    assert desk.book.saved[-1].facts == {"back": ["health"]}


def test_what_must_be_done_stops_for_others() -> None:
    """A step that must be done is left to whoever has taken the place."""
    desk = Desk()
    with pytest.raises(LostError), desk.journal.open(locked=True):
        desk.journal.step("back", desk.bob_takes_it(), lambda: pytest.fail("went on"), must=True)


def test_who_lost_its_place_in_silence() -> None:
    """Who hears of its loss, and nothing else any more, stops all the same."""
    desk = Desk(SilentBook())
    with pytest.raises(LostError), desk.journal.open(locked=True):
        desk.journal.step("b", desk.bob_takes_it("find"), lambda: pytest.fail("on"), must=True)


def test_the_end_is_what_happened() -> None:
    """Where the end cannot be written down, what happened is raised, and the rest is told."""
    desk = Desk(SilentBook())
    with pytest.raises(WentBackError), desk.journal.open(locked=True):
        desk.journal.step("back", desk.silence(), raising(WentBackError("bad")), must=True)
    assert desk.told[-2:] == [
        "Not written down, which stops nothing: silent",
        "Others have to wait for up to 17 min: silent",
    ]


def test_a_good_end_that_is_not_written_down() -> None:
    """Where all is done but the record does not say so, that is what is raised."""
    desk = Desk(SilentBook())
    with pytest.raises(OperationError, match="is done, but its record"), desk.journal.open():
        desk.silence()


@pytest.mark.parametrize("silent", ["save", "take"])
def test_a_begin_that_is_not_written_down(silent: str) -> None:
    """What could not begin keeps nobody out, though the lock was taken."""
    desk = Desk(SilentBook(silent={silent}))
    with pytest.raises(OperationError, match="silent"), desk.journal.open(locked=True):
        pytest.fail("it went on")
    assert desk.book.lock is None
