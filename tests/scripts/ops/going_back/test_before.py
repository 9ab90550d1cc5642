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


@pytest.mark.parametrize("state", [State.RUNNING, State.STOPPED])
def test_what_was_cut_off(state: State) -> None:
    """It is gone on with where the same is asked for, for two hours."""
    record = rolled_back(state)
    assert cut_off([record], Wish(), BEGAN + LATE) == record
    assert cut_off([record], Wish(), BEGAN + LATER) is None
    assert cut_off([record], Wish(percent=50), BEGAN) is None


@pytest.mark.parametrize("state", [State.DONE, State.FAILED])
def test_what_is_over(state: State) -> None:
    """What has moved all is not gone on with, nor is one that another came after."""
    over, stopped = rolled_back(state, number=2), rolled_back(State.STOPPED)
    assert cut_off([over, stopped], Wish(), BEGAN) is None


def test_the_two_hours_of_all_who_tried() -> None:
    """Who goes on does not begin them anew."""
    first = rolled_back(State.STOPPED)
    second = rolled_back(State.STOPPED, number=100).with_facts(goes_on=first.id)
    third = rolled_back(State.STOPPED, number=110).with_facts(goes_on=second.id)
    records = [third, second, first]
    assert cut_off(records, Wish(), BEGAN + LATER - timedelta(minutes=2)) == third
    assert cut_off(records, Wish(), BEGAN + LATER) is None


def test_a_deploy_since() -> None:
    """Neither is a rollback gone on with, nor waited for, once something new was deployed."""
    deploy = a_record(2).with_facts(revisions={"story": "story-00003-abc"})
    assert cut_off([deploy, rolled_back(State.STOPPED)], Wish(), BEGAN) is None
    assert cooling([deploy, rolled_back()], Wish(), BEGAN) is None
    assert cooling([deploy, rolled_back()], Wish(functions=("story",)), BEGAN) is None


def test_a_deploy_that_changed_nothing() -> None:
    """One that stopped before it moved anything, or has gone back by itself, ends no rest."""
    stopped, back = a_record(2), a_record(3).with_facts(previous={"story": {}})
    back = back.over(State.WENT_BACK, BEGAN)
    assert cut_off([stopped, rolled_back(State.STOPPED)], Wish(), BEGAN)
    assert cooling([back, stopped, rolled_back()], Wish(), BEGAN)


def test_a_deploy_of_another_function() -> None:
    """The rest of a function that was not deployed since goes on."""
    deploy = a_record(2).with_facts(revisions={"store": "store-00003-abc"})
    assert cooling([deploy, rolled_back()], Wish(functions=("story",)), BEGAN)


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
