"""Many callers at once, in time that passes only while all of them wait: the same on every run."""

import heapq
import threading
from collections.abc import Callable
from itertools import count

from tests.fakes import FakeClock


class _Task:
    def __init__(self, action: Callable[[], None]) -> None:
        self.action = action
        self.turn = threading.Semaphore(0)


class Simulation:
    """Runs tasks one at a time, each until it waits, in the order in which their waits end."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._waiting: list[tuple[float, int, _Task]] = []
        self._order = count()
        self._handed_back = threading.Semaphore(0)
        self._current = threading.local()

    def start(self, action: Callable[[], None]) -> None:
        """Have `action` run as a task once the simulation runs."""
        self._wait_until(self.clock.seconds, _Task(action))

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass for the task that calls this, and let others run meanwhile."""
        task: _Task = self._current.task
        self._wait_until(self.clock.seconds + seconds, task)
        self._handed_back.release()
        task.turn.acquire()

    def run(self) -> None:
        """Run all tasks to their ends."""
        threads = [threading.Thread(target=self._live, args=(each,)) for *_, each in self._waiting]
        for thread in threads:
            thread.start()
        while self._waiting:
            self.clock.seconds, _, task = heapq.heappop(self._waiting)
            task.turn.release()
            self._handed_back.acquire()
        for thread in threads:
            thread.join()

    def _live(self, task: _Task) -> None:
        self._current.task = task
        task.turn.acquire()
        try:
            task.action()
        finally:
            self._handed_back.release()

    def _wait_until(self, when: float, task: _Task) -> None:
        heapq.heappush(self._waiting, (when, next(self._order), task))
