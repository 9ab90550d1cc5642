"""When metrics are sent, and that a request never suffers from it."""

import json
import os
import threading
from collections.abc import Callable, Iterator

import pytest

from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher, SinkError, is_due, rest_before_exit
from conteur.telemetry.registry import EXECUTIONS

PATIENCE = 10.0  # seconds until a thread that hangs fails its test


class Clock:
    """Monotonic seconds that pass by hand, or by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Sink:
    """Keeps what it is sent; can be down, and can be held up."""

    def __init__(self) -> None:
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
        if self.down:
            raise SinkError("unreachable")
        self.sent.append(snapshot)


class Instance:
    """A flusher with all that it stands on, and requests to serve."""

    def __init__(self) -> None:
        self.aggregate = Aggregate()
        self.clock = Clock()
        self.sink = Sink()
        self.flusher = Flusher(self.aggregate, self.sink, self.clock, self.clock.sleep)

    def count(self) -> None:
        self.aggregate.count(
            EXECUTIONS, function="generate_story", outcome="completed", reason="NONE", kind="NONE"
        )

    def serve(self, after_seconds: float = 0.0) -> int:
        """Serve one request after some time, alone; return how many flushes there were."""
        self.clock.now += after_seconds
        self.flusher.on_request_start()
        self.count()
        self.flusher.on_request_end(PATIENCE)
        return len(self.sink.sent)


@pytest.fixture
def instance() -> Iterator[Instance]:
    made = Instance()
    yield made
    made.sink.open.set()
    made.flusher.close()


@pytest.mark.parametrize(
    ("age", "idle", "due"),
    [(59.9, False, False), (60.0, False, True), (5.9, True, False), (6.0, True, True)],
)
def test_due(age: float, *, idle: bool, due: bool) -> None:
    """Values wait a minute while there are requests, six seconds once there are none."""
    assert is_due(age, idle=idle) is due


@pytest.mark.parametrize(("age", "rest"), [(0.0, 5.05), (5.0, 0.05), (6.0, 0.0)])
def test_rest_before_exit(age: float, rest: float) -> None:
    """The last point keeps its distance from the one before."""
    assert rest_before_exit(age) == pytest.approx(rest)


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
        instance.flusher.on_request_end(PATIENCE)
        flushes.append(len(instance.sink.sent))
    assert flushes == [1, 1, 2]


def test_pace_when_busy(instance: Instance) -> None:
    """An instance that is never idle sends every minute, beside a request that arrives."""
    instance.serve()
    instance.flusher.on_request_start()
    for _ in range(2):
        instance.clock.now += 30
        instance.count()
        instance.flusher.on_request_start()
        instance.flusher.on_request_end(PATIENCE)
    instance.flusher.close()
    assert len(instance.sink.sent) == 2


def test_nothing_new(instance: Instance) -> None:
    """Requests that count nothing send nothing."""
    instance.serve()
    instance.clock.now += 3600
    instance.flusher.on_request_start()
    instance.flusher.on_request_end(PATIENCE)
    assert len(instance.sink.sent) == 1


def test_slow_sink(instance: Instance) -> None:
    """A request waits for a slow sink no longer than it was told to."""
    instance.sink.open.clear()
    instance.flusher.on_request_start()
    instance.count()
    instance.flusher.on_request_end(wait_seconds=0.0)
    assert not instance.sink.sent


def test_one_at_a_time(instance: Instance) -> None:
    """While one flush is under way no other one starts, however long it takes."""
    instance.sink.open.clear()
    for _ in range(3):
        instance.clock.now += 100
        instance.flusher.on_request_start()
        instance.count()
        instance.flusher.on_request_end(wait_seconds=0.0)
    instance.sink.open.set()
    instance.flusher.close()
    assert [snapshot.changes for snapshot in instance.sink.sent] == [1, 3]


def test_failed_flush(instance: Instance) -> None:
    """What a failed flush carried is carried by the next one, no sooner than any other."""
    instance.sink.down = True
    instance.serve()
    instance.sink.down = False
    assert instance.serve(after_seconds=5.9) == 0
    assert instance.serve(after_seconds=0.1) == 1
    assert instance.sink.sent[-1].changes == 3


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


def test_close(instance: Instance) -> None:
    """The end sends what is left, five seconds after the last attempt."""
    instance.serve()
    instance.serve(after_seconds=2)
    instance.flusher.close()
    assert [snapshot.changes for snapshot in instance.sink.sent] == [1, 2]
    assert instance.clock.now == pytest.approx(1005.05)


def test_close_while_a_flush_hangs(instance: Instance) -> None:
    """The end does not outlast its time for a flush that hangs."""
    instance.sink.open.clear()
    instance.flusher.on_request_start()
    instance.count()
    instance.flusher.on_request_end(wait_seconds=0.0)
    assert instance.sink.reached.wait(PATIENCE)
    instance.flusher.close(seconds=0.0)
    assert not instance.sink.sent


def test_close_right_after_a_flush(instance: Instance) -> None:
    """The last flush gets no more than the rest between two points leaves of eight seconds."""
    instance.serve()
    instance.serve()
    instance.flusher.close()
    assert instance.sink.timeouts == pytest.approx([3.0, 2.95])


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
