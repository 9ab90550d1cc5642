"""An instance of the product with a sink that does as the test says, in simulated time."""

import os
import threading
from collections.abc import Callable
from enum import Enum, auto

from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher, RefusedPointsError, SinkError
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import EXECUTIONS, Metric, Outcome
from tests.fakes import FakeLoad

PATIENCE = 10.0  # seconds until a thread that hangs fails its test


class Clock:
    """Monotonic seconds that pass by hand, or by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.on_sleep()
        self.now += seconds


class Fate(Enum):
    """What becomes of a snapshot."""

    ARRIVES = auto()
    FAILS = auto()
    HANGS = auto()
    ANSWER_IS_LOST = auto()
    IN_PART = auto()  # all but some points, which never will


class Sink:
    """Keeps what it is sent; can be down, and can be held up.

    `fates` are those of the next snapshots: what happens, and after how many seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.fates: list[Fate] = []
        self.began: list[float] = []
        self.sent: list[Snapshot] = []
        self.threads: list[str] = []
        self.timeouts: list[float] = []
        self.reached = threading.Event()
        self.down = False
        self.open = threading.Event()
        self.open.set()

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        self.timeouts.append(timeout)
        self.reached.set()
        self.open.wait(PATIENCE)
        self.threads.append(threading.current_thread().name)
        self.began.append(self.clock())
        fate = self.fates.pop(0) if self.fates else Fate.FAILS if self.down else Fate.ARRIVES
        if fate in {Fate.ARRIVES, Fate.ANSWER_IS_LOST, Fate.IN_PART}:
            self.sent.append(snapshot)
        if fate is Fate.HANGS:
            self.clock.sleep(timeout)
        if fate is Fate.IN_PART:
            raise RefusedPointsError("one is refused")
        if fate is not Fate.ARRIVES:
            raise SinkError("unreachable")


class Instance:
    """A flusher with all that it stands on, and requests to serve."""

    def __init__(self) -> None:
        self.aggregate = Aggregate()
        self.clock = Clock()
        self.sink = Sink(self.clock)
        self.load = FakeLoad()
        state = InstanceState(self.aggregate, "generate_story", self.load, self.clock)
        self.flusher = Flusher(self.aggregate, self.sink, state, self.clock, self.clock.sleep)

    def count(self) -> None:
        self.aggregate.count(
            EXECUTIONS, function="generate_story", outcome="completed", reason="NONE", kind="NONE"
        )

    def serve(self, after_seconds: float = 0.0) -> int:
        """Serve one request after some time, alone; return how many flushes there were."""
        self.clock.now += after_seconds
        self.flusher.on_request_start()
        self.count()
        self.end()
        return len(self.sink.sent)

    def end(self, outcome: Outcome = Outcome.COMPLETED, wait_seconds: float = PATIENCE) -> None:
        """End a request that counts nothing more."""
        self.flusher.on_request_end(outcome, wait_seconds)

    def counted(self) -> list[object]:
        """Return how many requests each snapshot has counted that arrived."""
        return self.values(EXECUTIONS, "generate_story", "completed", "NONE", "NONE")

    def values(self, metric: Metric, *labels: str) -> list[object]:
        """Return a series as it arrived, snapshot by snapshot."""
        return [
            series.value
            for snapshot in self.sink.sent
            for series in snapshot.series
            if series.metric is metric and series.labels == labels
        ]


def in_child(action: Callable[[], int]) -> int:
    """Return the exit code of a forked child that runs the action."""
    child = os.fork()
    if child == 0:
        os._exit(action())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
