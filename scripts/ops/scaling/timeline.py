"""Simulated time: what is to happen, in the order of its moments."""

import heapq
from collections.abc import Callable
from itertools import count

MINUTE = 60.0  # s


class Timeline:
    """Runs actions at their moments; `now` is in seconds, from 0. Equal ones keep their order."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Have `action` run at the moment `when`, which is not past."""
        heapq.heappush(self._due, (when, next(self._order), action))

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Have `action` run after `seconds`."""
        self.at(self.now + seconds, action)

    def run(self) -> None:
        """Run all actions, those that they add too, until none is left."""
        while self._due:
            self.now, _, action = heapq.heappop(self._due)
            action()
