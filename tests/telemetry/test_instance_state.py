"""Gauges of an instance tell of all the time since its last points were taken."""

import sys
import threading
from collections.abc import Iterator

import pytest

from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import CPU_PERCENT, MEMORY_PERCENT
from conteur.telemetry.instance_state import FailureRow, InFlight, InstanceState
from conteur.telemetry.metric import Gauge
from conteur.telemetry.registry import FAILURES_IN_ROW, IN_FLIGHT, Outcome
from tests.fakes import FakeClock, FakeLoad

COMPLETED, REFUSED, FAILED = Outcome.COMPLETED, Outcome.REFUSED, Outcome.FAILED
THREADS, EACH = 8, 2_000


class Instance(InstanceState):
    """An instance that serves its first request, on a machine that the test loads."""

    def __init__(self) -> None:
        self.meter, self.load, self.clock = Aggregate(), FakeLoad(), FakeClock()
        super().__init__(self.meter, "generate_story", self.load, self.clock.monotonic)
        self.begin()

    def serve(self, at_once: int) -> None:
        """Serve so many requests, beside those that there are."""
        for _ in range(at_once):
            self.in_flight.begin()
        for _ in range(at_once):
            self.in_flight.end()

    def end(self, *outcomes: Outcome) -> None:
        for outcome in outcomes:
            self.ended(outcome)

    def work(self, cpu: float, seconds: float) -> None:
        """Use so many seconds of CPU in so many of time."""
        self.load.cpu += cpu
        self.clock.advance(seconds)

    def points(self, *, taken: bool = True) -> dict[Gauge, object]:
        """Return what is sent now; it is taken, or fails to arrive."""
        self.show()
        if taken:
            self.sent()
        return {
            one.metric: one.value
            for one in self.meter.snapshot().series
            if isinstance(one.metric, Gauge) and one.labels in {(), ("generate_story",)}
        }


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Have threads take turns as often as they can, so that what can go wrong does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_most_at_once(instance: Instance) -> None:
    """Sent is the most requests there were at once, though all of them are over."""
    instance.serve(3)
    instance.serve(2)
    assert instance.points()[IN_FLIGHT] == 3


def test_the_next_points_begin_with_what_is_in_flight(instance: Instance) -> None:
    """A peak is sent once; after it count the requests that go on, and those that come."""
    instance.in_flight.begin()
    instance.serve(4)
    assert [instance.points()[IN_FLIGHT] for _ in range(2)] == [5, 1]
    instance.serve(2)
    assert instance.points()[IN_FLIGHT] == 3


def test_a_peak_outlives_a_failed_sending(instance: Instance) -> None:
    """What was not taken is sent again, unless there was more meanwhile."""
    instance.serve(3)
    instance.points(taken=False)
    instance.serve(2)
    assert instance.points(taken=False)[IN_FLIGHT] == 3
    instance.serve(4)
    assert [instance.points()[IN_FLIGHT] for _ in range(2)] == [4, 0]


def test_a_peak_while_points_are_sent(instance: Instance) -> None:
    """A peak between the snapshot and its arrival is of the next points."""
    instance.serve(1)
    instance.show()
    instance.serve(5)
    instance.sent()
    assert instance.points()[IN_FLIGHT] == 5


def test_the_last_request() -> None:
    """Who ends the last request hears of it."""
    in_flight = InFlight()
    in_flight.begin()
    in_flight.begin()
    assert [in_flight.end(), in_flight.end()] == [False, True]


def test_longest_row(instance: Instance) -> None:
    """Sent is the longest row of failures, though a completed execution has ended it."""
    instance.end(FAILED, FAILED, FAILED, COMPLETED, FAILED, FAILED)
    assert instance.points()[FAILURES_IN_ROW] == 3


def test_refusals_are_no_failures(instance: Instance) -> None:
    """A refused execution neither counts in a row nor ends it."""
    instance.end(FAILED, REFUSED, FAILED)
    assert instance.points()[FAILURES_IN_ROW] == 2


def test_the_next_points_begin_with_the_row_that_stands(instance: Instance) -> None:
    """A row goes on from one set of points to the next, until it ends."""
    instance.end(FAILED, FAILED, COMPLETED, FAILED)
    assert [instance.points()[FAILURES_IN_ROW] for _ in range(2)] == [2, 1]
    instance.end(FAILED)
    assert instance.points()[FAILURES_IN_ROW] == 2
    instance.end(COMPLETED)
    assert [instance.points()[FAILURES_IN_ROW] for _ in range(2)] == [2, 0]


def test_a_row_outlives_a_failed_sending(instance: Instance) -> None:
    """What was not taken is sent again."""
    instance.end(FAILED, FAILED, COMPLETED)
    instance.points(taken=False)
    instance.end(FAILED)
    assert [instance.points()[FAILURES_IN_ROW] for _ in range(2)] == [2, 1]


@pytest.mark.parametrize(("cpus", "percent"), [(1.0, 25), (2.0, 12), (0.5, 50)])
def test_cpu(instance: Instance, cpus: float, percent: int) -> None:
    """The CPU's share is of what the instance has, since its first request."""
    instance.load.cpu_count = cpus
    instance.work(cpu=2.5, seconds=10)
    assert instance.points()[CPU_PERCENT] == percent


def test_cpu_before_the_first_request() -> None:
    """What an instance used to start, or gunicorn's master before a fork, is no request's."""
    instance = Instance()
    instance.work(cpu=5, seconds=5)
    instance.begin()
    instance.work(cpu=1, seconds=10)
    assert instance.points()[CPU_PERCENT] == 10


def test_cpu_since_the_last_points(instance: Instance) -> None:
    """The share is of the time since points were taken: those that failed do not count."""
    instance.work(cpu=9, seconds=10)
    assert instance.points()[CPU_PERCENT] == 90
    instance.work(cpu=2, seconds=10)
    assert instance.points(taken=False)[CPU_PERCENT] == 20
    instance.work(cpu=4, seconds=10)
    assert instance.points()[CPU_PERCENT] == 30


def test_no_time(instance: Instance) -> None:
    """Where no time has passed there is no share to tell."""
    assert CPU_PERCENT not in instance.points()


def test_memory(instance: Instance) -> None:
    """Memory is looked at for each snapshot; where there is no limit it is not told."""
    assert MEMORY_PERCENT not in instance.points()
    for ratio in (0.426, 0.2):
        instance.load.memory = ratio
        assert instance.points()[MEMORY_PERCENT] == round(100 * ratio)


@pytest.mark.usefixtures("hasty_threads")
def test_rows_under_threads() -> None:
    """No failure of many threads is missed in a row, however often it is looked at."""
    row = FailureRow()

    def fail() -> None:
        for _ in range(EACH):
            row.failed()

    threads = [threading.Thread(target=fail) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        row.show()
        row.sent()
    assert row.show() == THREADS * EACH


@pytest.mark.usefixtures("hasty_threads")
def test_in_flight_under_threads() -> None:
    """However requests and looks overlap, all end, and no look sees more than there can be."""
    in_flight = InFlight()
    seen = [in_flight.show()]

    def serve() -> None:
        for _ in range(EACH):
            in_flight.begin()
            in_flight.end()

    threads = [threading.Thread(target=serve) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.append(in_flight.show())
        in_flight.sent()
    in_flight.show()
    in_flight.sent()
    assert max(seen) <= THREADS
    assert in_flight.show() == 0
