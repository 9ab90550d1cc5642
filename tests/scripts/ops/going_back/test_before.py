"""What rollbacks before mean for the next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scripts.ops.going_back.before import cooling, cut_off, moves_of
from scripts.ops.going_back.wish import Move, Wish
from scripts.ops.operations.record import Kind, Record, State
from tests.scripts.ops.operations.made_up import a_record

MOVE = Move("story", "story-00002-abc", "story-00001-abc", 100, ("story-00002-abc",))
PART = replace(MOVE, percent=50, quarantine=())
SOON, LATE, LATER = (timedelta(minutes=each) for each in (29, 31, 121))


def rolled_back(
    state: State = State.DONE, wish: Wish | None = None, *moves: Move, number: int = 1
) -> Record:
    record = replace(a_record(number, Kind.ROLLBACK), asked=(wish or Wish()).document())
    kept = [each.document() for each in moves or (MOVE,)]
    made = record.with_facts(moves=kept)
    return made if state is State.RUNNING else made.over(state, record.began)


BEGAN = rolled_back().began


def test_moves() -> None:
    """What a record has moved is read from it; another operation's record has none."""
    assert moves_of(rolled_back()) == (MOVE,)
    assert moves_of(a_record()) == ()


@pytest.mark.parametrize("state", [State.RUNNING, State.STOPPED, State.FAILED])
def test_what_was_cut_off(state: State) -> None:
    """It is gone on with where the same is asked for, for two hours."""
    record = rolled_back(state)
    assert cut_off([record], Wish(), BEGAN + LATE) == record
    assert cut_off([record], Wish(), BEGAN + LATER) is None
    assert cut_off([record], Wish(percent=50), BEGAN) is None


def test_what_is_over() -> None:
    """A rollback that is done is not gone on with, nor is one that another came after."""
    done, stopped = rolled_back(number=2), rolled_back(State.STOPPED)
    assert cut_off([done, stopped], Wish(), BEGAN) is None


def test_a_change_of_a_knob_is_between() -> None:
    """What moved nothing does not hide what was cut off."""
    flag, stopped = a_record(2, Kind.ROLLBACK), rolled_back(State.STOPPED)
    assert cut_off([flag, stopped], Wish(), BEGAN) == stopped


def test_the_half_hour() -> None:
    """After a whole rollback the next waits so long, or names its revision."""
    record = rolled_back()
    assert cooling([record], Wish(), BEGAN + SOON) == record
    assert cooling([record], Wish(), BEGAN + LATE) is None
    assert cooling([record], Wish(to=("story-00001-abc",)), BEGAN + SOON) is None


def test_the_half_hour_is_a_functions_own() -> None:
    """Another function need not wait; the same one by its name has to."""
    record = rolled_back()
    assert cooling([record], Wish(functions=("store",)), BEGAN) is None
    assert cooling([record], Wish(functions=("store", "story")), BEGAN) == record


def test_a_part_needs_no_rest() -> None:
    """Who has tried with a percentage may go on at once."""
    assert cooling([rolled_back(State.DONE, Wish(percent=50), PART)], Wish(), BEGAN) is None
