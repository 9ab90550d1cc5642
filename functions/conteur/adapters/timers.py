"""Actions that run at a moment, all on one thread of the process."""

import contextvars
import heapq
import itertools
import math
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conteur.use_cases.ports import Clock


Action = Callable[[], None]

_FEWEST_BEFORE_CLEANING = 64
_LONGEST_WAIT = 3600.0  # a lock's wait overflows far above this; waking once an hour is free


class Timer:
    """One action that has not run yet. `when` is in seconds of the monotonic clock."""

    __slots__ = ("_action", "when")

    def __init__(self, when: float, action: Action) -> None:
        self.when = when
        self._action: Action | None = action

    @property
    def cancelled(self) -> bool:
        """Tell whether there is nothing left to run."""
        return self._action is None

    def cancel(self) -> None:
        """Forget the action. One that has begun runs to its end."""
        self._action = None

    def take(self) -> Action | None:
        """Return the action and forget it, so that it runs at most once."""
        action, self._action = self._action, None
        return action


class Schedule:
    """Which timers are due: no thread, no lock, no clock.

    A cancelled timer stays until its time or the next cleaning; cleaning each time the heap
    has doubled keeps it below twice the live timers, for a constant cost a timer.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._clean_at = _FEWEST_BEFORE_CLEANING

    def __len__(self) -> int:
        """Return how many timers are held, cancelled ones included."""
        return len(self._heap)

    def add(self, timer: Timer) -> None:
        """Hold `timer` until it is due; equal times keep their order."""
        if len(self._heap) >= self._clean_at:
            self._clean()
        heapq.heappush(self._heap, (timer.when, next(self._order), timer))

    def take_due(self, now: float) -> Action | None:
        """Return the earliest action whose time has come by `now`, or None."""
        while self._heap and self._heap[0][0] <= now:
            action = heapq.heappop(self._heap)[2].take()
            if action is not None:
                return action
        return None

    def wait_from(self, now: float) -> float | None:
        """Return the seconds from `now` to the next timer; None if there is none."""
        return max(0.0, self._heap[0][0] - now) if self._heap else None

    def _clean(self) -> None:
        self._heap = [entry for entry in self._heap if not entry[2].cancelled]
        heapq.heapify(self._heap)
        self._clean_at = max(_FEWEST_BEFORE_CLEANING, 2 * len(self._heap))


class Timers:
    """The process's timers: one daemon thread, started by the first timer.

    A forked child starts with no timer and, when it needs one, a thread of its own: threads
    do not survive a fork. Actions are short: the next one waits for each to return. Each runs in
    the context of who asked for it, so that its log lines are those of the same request; what
    it raises goes to `on_error` there, and the timers live on.
    """

    _changed: threading.Condition
    _schedule: Schedule
    _thread: threading.Thread | None
    _wakes_at: float

    def __init__(self, clock: "Clock", on_error: Callable[[Exception], None]) -> None:
        self._clock = clock
        self._on_error = on_error
        self._start_over()
        os.register_at_fork(after_in_child=self._start_over)

    def call_at(self, when: float, action: Action) -> Timer:
        """Run `action` once when the monotonic clock reads `when`, or at once if it has."""
        timer = Timer(when, partial(contextvars.copy_context().run, self._attempt, action))
        with self._changed:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="timers", daemon=True)
                thread.start()  # raises RuntimeError where the process has all it may have
                self._thread = thread
            self._schedule.add(timer)
            if when < self._wakes_at:  # to wake the thread for nothing would cost two switches
                self._wakes_at = when
                self._changed.notify()
        return timer

    def _start_over(self) -> None:
        self._changed = threading.Condition()
        self._schedule = Schedule()
        self._thread = None
        self._wakes_at = math.inf

    def _run(self) -> None:
        while True:
            self._next()()

    def _attempt(self, action: Action) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 - one bad action must not stop the others
            with suppress(Exception):  # what cannot even be logged must not cost the thread
                self._on_error(error)

    def _next(self) -> Action:
        with self._changed:
            while (action := self._schedule.take_due(self._clock.monotonic())) is None:
                now = self._clock.monotonic()
                wait = self._schedule.wait_from(now)
                self._wakes_at = math.inf if wait is None else now + wait
                self._changed.wait(None if wait is None else min(wait, _LONGEST_WAIT))
            return action
