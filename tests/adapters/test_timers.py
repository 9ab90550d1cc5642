"""Timers: which are due is decided without a thread; one thread runs them."""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from conteur.adapters.timers import Schedule, Timer, Timers

PATIENCE = 10.0


class RealClock:
    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)


class Actions:
    """Makes actions that write their names down."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def named(self, name: str) -> Callable[[], None]:
        return lambda: self.ran.append(name)


def fail(*_: object) -> None:
    raise ValueError("broken action")


def run_due(schedule: Schedule, now: float) -> None:
    while (action := schedule.take_due(now)) is not None:
        action()


@pytest.fixture(scope="module")
def errors() -> list[Exception]:
    return []


@pytest.fixture(scope="module")
def timers(errors: list[Exception]) -> Timers:
    return Timers(RealClock(), errors.append)


def test_due_timers_run_by_time_and_then_by_arrival() -> None:
    """Timers that are due run earliest first, and those of one moment in the order they came."""
    schedule, actions = Schedule(), Actions()
    for when, name in ((3.0, "third"), (1.0, "first"), (1.0, "second"), (9.0, "later")):
        schedule.add(Timer(when, actions.named(name)))
    run_due(schedule, now=3.0)
    assert actions.ran == ["first", "second", "third"]


def test_nothing_is_due_before_its_time() -> None:
    """Before its time a timer is not due, and the wait until then is known."""
    schedule = Schedule()
    schedule.add(Timer(5.0, Actions().named("early")))
    assert schedule.take_due(now=4.5) is None
    assert schedule.wait_from(now=4.5) == 0.5


def test_an_empty_schedule_has_no_wait() -> None:
    """Without timers there is nothing to wait for."""
    assert Schedule().wait_from(now=1.0) is None


def test_an_overdue_timer_has_no_wait_left() -> None:
    """A timer whose time is past is waited for no longer, never for a negative time."""
    schedule = Schedule()
    schedule.add(Timer(5.0, Actions().named("late")))
    assert schedule.wait_from(now=7.0) == 0.0


def test_a_cancelled_timer_never_runs() -> None:
    """A cancelled timer is passed over when its time comes."""
    schedule, actions = Schedule(), Actions()
    cancelled = Timer(1.0, actions.named("cancelled"))
    schedule.add(cancelled)
    schedule.add(Timer(2.0, actions.named("kept")))
    cancelled.cancel()
    run_due(schedule, now=2.0)
    assert actions.ran == ["kept"]


def test_a_timer_gives_its_action_once() -> None:
    """A timer that was taken has nothing left to run."""
    timer = Timer(1.0, Actions().named("once"))
    assert timer.take() is not None
    assert timer.take() is None


def test_cancelled_timers_do_not_pile_up() -> None:
    """However many timers are cancelled, the schedule holds at most twice the live ones."""
    schedule = Schedule()
    live = [Timer(1e9, Actions().named("live")) for _ in range(100)]
    for timer in live:
        schedule.add(timer)
    for _ in range(5_000):
        cancelled = Timer(1e9, Actions().named("cancelled"))
        schedule.add(cancelled)
        cancelled.cancel()
    assert len(schedule) <= 2 * len(live) + 1


def test_the_thread_runs_a_timer_that_comes_before_the_one_it_waits_for(timers: Timers) -> None:
    """A nearer timer wakes the thread that waits for a farther one."""
    ran = threading.Event()
    far = timers.call_at(time.monotonic() + 3600, ran.clear)
    timers.call_at(time.monotonic(), ran.set)
    assert ran.wait(PATIENCE)
    far.cancel()


def test_a_timer_at_the_end_of_time_does_not_break_the_thread(timers: Timers) -> None:
    """A timer that is never due leaves the others alone."""
    ran = threading.Event()
    never = timers.call_at(float("inf"), ran.clear)
    timers.call_at(0.0, ran.set)
    assert ran.wait(PATIENCE)
    never.cancel()


def test_an_action_that_raises_does_not_stop_the_others(
    timers: Timers, errors: list[Exception]
) -> None:
    """What an action raises is handed on, and later timers run."""
    ran = threading.Event()
    timers.call_at(0.0, fail)
    timers.call_at(0.0, ran.set)
    assert ran.wait(PATIENCE)
    assert [str(error) for error in errors] == ["broken action"]


def test_all_timers_share_one_thread(timers: Timers) -> None:
    """Every action runs in the same thread."""
    seen: list[int] = []
    done = threading.Event()
    for _ in range(3):
        timers.call_at(0.0, lambda: seen.append(threading.get_ident()))
    timers.call_at(0.0, done.set)
    assert done.wait(PATIENCE)
    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_a_thread_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the process may have no more threads its caller hears of it, and the next has one."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    timers, ran, actions = Timers(RealClock(), fail), threading.Event(), Actions()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError):
            timers.call_at(0.0, actions.named("refused"))
    timers.call_at(0.0, ran.set)
    assert ran.wait(PATIENCE)
    assert actions.ran == []


def test_an_error_that_cannot_be_handed_on_ends_no_thread() -> None:
    """Where handing on an error fails as well, later timers run."""
    timers, ran = Timers(RealClock(), fail), threading.Event()
    timers.call_at(0.0, fail)
    timers.call_at(0.0, ran.set)
    assert ran.wait(PATIENCE)


def test_a_forked_child_runs_its_own_timers(timers: Timers) -> None:
    """After a fork the child's timers run, on a thread of the child."""
    ran = threading.Event()
    timers.call_at(0.0, ran.set)
    assert ran.wait(PATIENCE)
    child = os.fork()
    if child == 0:
        in_child = threading.Event()
        timers.call_at(0.0, in_child.set)
        os._exit(0 if in_child.wait(PATIENCE) else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
