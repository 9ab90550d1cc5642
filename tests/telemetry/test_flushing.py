"""When metrics are sent, and that a request never suffers from it."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from enum import Enum, auto
from itertools import pairwise

import pytest
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import CLOSE_SECONDS, LAST_SEND_SECONDS, Flusher, SinkError
from conteur.telemetry.guard_metrics import MEMORY_PERCENT
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import EXECUTIONS, FAILURES_IN_ROW, IN_FLIGHT, Metric, Outcome
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
        if fate in {Fate.ARRIVES, Fate.ANSWER_IS_LOST}:
            self.sent.append(snapshot)
        if fate is Fate.HANGS:
            self.clock.sleep(timeout)
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


@pytest.fixture
def instance() -> Iterator[Instance]:
    made = Instance()
    yield made
    made.sink.open.set()
    made.flusher.close()


def test_first_request(instance: Instance) -> None:
    """The first request's end sends what it counted, from another thread."""
    assert instance.serve() == 1
    assert (instance.sink.threads, instance.sink.timeouts) == (["metrics"], [3.0])


def test_pace_when_idle(instance: Instance) -> None:
    """An instance that falls idle sends at most every six seconds."""
    assert instance.serve() == 1
    assert instance.serve(after_seconds=5.9) == 1
    assert instance.serve(after_seconds=0.1) == 2


def test_idle(instance: Instance) -> None:
    """An instance is idle once as many requests have ended as began, and no sooner."""
    instance.serve()
    instance.clock.now += 6
    for _ in range(3):
        instance.flusher.on_request_start()
    instance.count()
    flushes = []
    for _ in range(3):
        instance.end()
        flushes.append(len(instance.sink.sent))
    assert flushes == [1, 1, 2]


def test_pace_when_busy(instance: Instance) -> None:
    """An instance that is never idle sends every minute, beside a request that arrives."""
    instance.serve()
    instance.flusher.on_request_start()
    for seconds in (59.9, 0.1):
        instance.clock.now += seconds
        instance.count()
        instance.flusher.on_request_start()
        instance.end()
    instance.end()
    assert instance.counted() == [1, 3]


def test_nothing_new(instance: Instance) -> None:
    """Requests that count nothing send nothing."""
    instance.serve()
    instance.clock.now += 3600
    instance.flusher.on_request_start()
    instance.end()
    assert len(instance.sink.sent) == 1


def test_slow_sink(instance: Instance) -> None:
    """A request waits for a slow sink no longer than it was told to."""
    instance.sink.open.clear()
    instance.flusher.on_request_start()
    instance.count()
    instance.end(wait_seconds=0.0)
    assert not instance.sink.sent


def test_one_at_a_time(instance: Instance) -> None:
    """While one flush is under way no other one starts, however long it takes."""
    instance.sink.open.clear()
    for _ in range(3):
        instance.clock.now += 100
        instance.flusher.on_request_start()
        instance.count()
        instance.end(wait_seconds=0.0)
    instance.sink.open.set()
    instance.flusher.close()
    assert instance.counted() == [1, 3]


def test_failed_flush(instance: Instance) -> None:
    """What a failed flush carried is carried by the next one, no sooner than any other."""
    instance.sink.down = True
    instance.serve()
    instance.sink.down = False
    assert instance.serve(after_seconds=5.9) == 0
    assert instance.serve(after_seconds=0.1) == 1
    assert instance.counted() == [3]


def test_no_thread_to_be_had(
    instance: Instance, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no thread can be started requests go on, with one line in the log."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", refuse)
        assert (instance.serve(), instance.serve()) == (0, 0)
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["problem"]) == ("metrics.sink_down", "can't start new thread")
    assert instance.serve() == 1


def test_log_of_a_failing_sink(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    """A sink that goes down is logged once, and once when it is back."""
    for down in (False, True, True, False, False):
        instance.sink.down = down
        instance.serve(after_seconds=10)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["metrics.sink_down", "metrics.sink_up"]
    assert lines[0]["problem"] == "unreachable"


def test_gauges(instance: Instance) -> None:
    """Each flush carries how the instance does, though no request had looked at it."""
    instance.load.memory = 0.4
    instance.flusher.on_request_start()
    instance.flusher.on_request_start()
    instance.end(Outcome.FAILED)
    instance.count()
    instance.end(Outcome.FAILED)
    assert instance.values(MEMORY_PERCENT) == [40]
    assert instance.values(IN_FLIGHT, "generate_story") == [2]
    assert instance.values(FAILURES_IN_ROW, "generate_story") == [2]


def test_gauges_of_a_failed_flush(instance: Instance) -> None:
    """What a failed flush told of the instance is told by the next one."""
    instance.sink.fates = [Fate.FAILS]
    instance.flusher.on_request_start()
    instance.serve()
    instance.end()
    instance.serve(after_seconds=6)
    instance.serve(after_seconds=6)
    assert instance.values(IN_FLIGHT, "generate_story") == [2, 1]


def test_gauges_alone(instance: Instance) -> None:
    """How the instance does is no reason to send what else has not changed."""
    instance.serve()
    instance.load.memory = 0.4
    instance.clock.now += 3600
    instance.flusher.on_request_start()
    instance.end()
    instance.flusher.close()
    assert len(instance.sink.sent) == 1


def test_close(instance: Instance) -> None:
    """The end sends what is left at once."""
    instance.serve()
    instance.serve(after_seconds=2)
    instance.flusher.close()
    assert instance.counted() == [1, 2]
    assert instance.clock.now == 1002.0


@pytest.mark.parametrize("fate", [Fate.FAILS, Fate.HANGS, Fate.ANSWER_IS_LOST])
def test_close_again(instance: Instance, fate: Fate) -> None:
    """The end sends again what was not taken, however it failed, also several times."""
    instance.serve()
    instance.serve()
    instance.sink.fates = [fate, fate, fate]
    instance.flusher.close()
    assert instance.counted()[-1] == 2
    assert len(instance.sink.began) == 5


def test_close_while_the_sink_is_down(instance: Instance) -> None:
    """The end tries until its time is up, with rests that grow to a second."""
    instance.sink.down = True
    instance.serve()
    instance.flusher.close()
    tries = instance.sink.began[1:]
    rests = [later - earlier for earlier, later in pairwise(tries)]
    assert rests == pytest.approx([0.1, 0.2, 0.4, 0.8, *[1.0] * 4])
    assert instance.clock.now == pytest.approx(1000.0 + CLOSE_SECONDS)


def test_close_while_the_sink_hangs(instance: Instance) -> None:
    """Each try has a part of the time, and all of them no more than there is."""
    instance.serve()
    instance.serve()
    instance.sink.fates = [Fate.HANGS] * 10
    instance.flusher.close()
    *tries, last = instance.sink.timeouts[1:]
    assert tries == [LAST_SEND_SECONDS] * 3
    assert last == pytest.approx(1.3)
    assert instance.clock.now == pytest.approx(1000.0 + CLOSE_SECONDS)


def test_close_ends_before_it_is_killed() -> None:
    """Cloud Run kills after 10 s, of which gunicorn may wait some for kept-alive connections."""
    assert STOP_KEEPALIVE_LINGER + CLOSE_SECONDS <= 9


def test_close_counts_what_came_meanwhile(instance: Instance) -> None:
    """Each try sends what there is by then."""
    instance.serve()
    instance.serve()
    instance.sink.fates = [Fate.FAILS]
    instance.clock.on_sleep = instance.count
    instance.flusher.close()
    assert instance.counted() == [1, 3]


def test_close_while_a_flush_hangs(instance: Instance) -> None:
    """The end does not outlast its time for a flush that hangs."""
    instance.sink.open.clear()
    instance.flusher.on_request_start()
    instance.count()
    instance.end(wait_seconds=0.0)
    assert instance.sink.reached.wait(PATIENCE)
    instance.flusher.close(seconds=0.0)
    assert not instance.sink.sent


def test_close_with_nothing_left(instance: Instance) -> None:
    """The end neither sends nor waits when all was sent."""
    instance.serve()
    instance.flusher.close()
    assert (len(instance.sink.sent), instance.clock.now) == (1, 1000.0)


def test_close_without_requests(instance: Instance) -> None:
    """A process that served no request, as gunicorn's master, sends nothing at its end."""
    instance.count()
    instance.flusher.close()
    assert not instance.sink.sent


def in_child(action: Callable[[], int]) -> int:
    """Return the exit code of a forked child that runs the action."""
    child = os.fork()
    if child == 0:
        os._exit(action())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_made_before_a_fork(instance: Instance) -> None:
    """A flusher that was made before a fork works in the child."""
    assert in_child(instance.serve) == 1


def test_used_before_a_fork(instance: Instance) -> None:
    """The child of a process that counts does not send its parent's counts when it ends."""
    instance.serve()
    instance.serve(after_seconds=1)

    def close() -> int:
        instance.flusher.close()
        return len(instance.sink.sent)

    assert in_child(close) == 1
