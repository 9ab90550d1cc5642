"""Doing something again and again beside a call, in a thread that all calls share."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

Act = Callable[[], float | None]
"""Does it once, and returns after how many seconds it is to be done again; None ends it."""


class Cancellable(Protocol):
    """A call that has been put off."""

    def cancel(self) -> None:
        """Call it off."""


class Scheduler(Protocol):
    """Calls things at a time of the monotonic clock."""

    def call_at(self, when: float, action: Callable[[], None]) -> Cancellable:
        """Call `action` once, at `when`."""


@contextmanager
def repeating(scheduler: Scheduler, monotonic: Callable[[], float], act: Act) -> Iterator[None]:
    """Call `act` at once and again until it returns None or the block ends.

    The end waits for an `act` that has begun, so that none meets what comes after the block.
    """
    turn = threading.Lock()
    timer: Cancellable | None = None
    ended = False

    def take_turn() -> None:
        nonlocal timer
        with turn:
            wait = None if ended else act()
            if wait is not None:
                timer = scheduler.call_at(monotonic() + wait, take_turn)

    take_turn()
    try:
        yield
    finally:
        with turn:
            ended = True
        if timer is not None:
            timer.cancel()
