"""Doing something again and again beside a call."""

import threading

from conteur.adapters.clock import SystemClock
from conteur.adapters.timers import Timers
from conteur.entrypoints.callable.scheduling import repeating
from tests.fakes import FakeClock, FakeTimers

PATIENCE = 30.0


class Repeated:
    """Notes the seconds at which it is done; each time the next one is `wait` seconds later."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = FakeTimers(self.clock)
        self.start = self.clock.monotonic()
        self.moments: list[float] = []
        self.wait: float | None = 2.0
        self.repeating = repeating(self.timers, self.clock.monotonic, self._act)

    def _act(self) -> float | None:
        self.moments.append(self.clock.monotonic() - self.start)
        return self.wait


def test_again_and_again() -> None:
    """It is done at once, and again after each wait."""
    repeated = Repeated()
    with repeated.repeating:
        repeated.timers.pass_time(5)
    assert repeated.moments == [0, 2, 4]


def test_done_for_good() -> None:
    """It is done no more once it says so."""
    repeated = Repeated()
    with repeated.repeating:
        repeated.wait = None
        repeated.timers.pass_time(10)
    assert repeated.moments == [0, 2]


def test_end() -> None:
    """After the block it is not done again, and no timer is left."""
    repeated = Repeated()
    with repeated.repeating:
        pass
    assert [timer for timer in repeated.timers.timers if timer.action] == []
    repeated.timers.pass_time(10)
    assert repeated.moments == [0]


def test_a_turn_that_comes_too_late() -> None:
    """A turn that had fallen due when the block ended, and begins after it, does nothing."""
    repeated = Repeated()
    with repeated.repeating:
        due = repeated.timers.timers[-1].action
    assert due
    due()
    assert repeated.moments == [0]


def test_the_end_waits() -> None:
    """The end of the block waits for a turn that has begun in another thread."""
    clock = SystemClock()
    acting, block_ends, acted = threading.Event(), threading.Event(), threading.Event()

    def act() -> float | None:
        if threading.current_thread() is threading.main_thread():
            return 0.0
        acting.set()
        block_ends.wait(PATIENCE)
        acted.set()
        return None

    with repeating(Timers(clock, print), clock.monotonic, act):
        assert acting.wait(PATIENCE)
        block_ends.set()
    assert acted.is_set()
