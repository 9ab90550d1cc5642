"""When metrics are sent, and that a request never suffers from it."""

import json
import threading

import pytest

from conteur.telemetry.guard_metrics import CPU_PERCENT, MEMORY_PERCENT
from conteur.telemetry.registry import FAILURES_IN_ROW, IN_FLIGHT, Outcome
from tests.telemetry.flushing_world import Fate, Instance, in_child


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


def test_cpu_since_the_first_request(instance: Instance) -> None:
    """The first share of the CPU begins with the first request: neither sooner nor later."""
    instance.load.cpu = 500.0
    for seconds in (1, 3):
        instance.flusher.on_request_start()
        instance.load.cpu += seconds
        instance.clock.now += 5
    instance.count()
    instance.end()
    instance.end()
    assert instance.values(CPU_PERCENT) == [40]


def test_gauges_of_a_failed_flush(instance: Instance) -> None:
    """What a failed flush told of the instance is told by the next one."""
    instance.sink.fates = [Fate.FAILS]
    instance.flusher.on_request_start()
    instance.serve()
    instance.end()
    instance.serve(after_seconds=6)
    instance.serve(after_seconds=6)
    assert instance.values(IN_FLIGHT, "generate_story") == [2, 1]


def test_points_that_are_never_taken(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is refused for good is told in the log, and the rest counts as sent."""
    instance.sink.fates = [Fate.IN_PART]
    instance.flusher.on_request_start()
    instance.serve()
    instance.end()
    assert json.loads(capsys.readouterr().out)["problem"] == "one is refused"
    instance.flusher.close()
    assert len(instance.sink.sent) == 1
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


def test_made_before_a_fork(instance: Instance) -> None:
    """A flusher that was made before a fork works in the child."""
    assert in_child(instance.serve) == 1
