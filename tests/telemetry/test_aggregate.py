"""The aggregate is exact, bounded, and starts at zero."""

import statistics
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.telemetry.aggregate import Aggregate, DistributionValue, Snapshot
from conteur.telemetry.registry import Counter, Distribution, Gauge, Metric

EVENTS = Counter(
    path="events",
    unit="1",
    description="Events.",
    labels=("color", "shape"),
    known=(("red", "round"), ("blue", "square")),
)
SECONDS = Distribution(path="seconds", unit="s", description="Times.", known=((),), bounds=(1, 2))
THREADS = 8
EACH = 2_000

STATE = Gauge(path="state", unit="1", description="A state.", labels=("part",))


@pytest.fixture
def aggregate() -> Aggregate:
    return Aggregate((EVENTS, SECONDS), max_unknown=2)


def values(snapshot: Snapshot, metric: Metric) -> dict[tuple[str, ...], int | DistributionValue]:
    return {one.labels: one.value for one in snapshot.series if one.metric is metric}


def test_zero_series(aggregate: Aggregate) -> None:
    """What is known beforehand is there before anything is counted, at zero."""
    snapshot = aggregate.snapshot()
    assert values(snapshot, EVENTS) == {("red", "round"): 0, ("blue", "square"): 0}
    assert values(snapshot, SECONDS) == {(): DistributionValue(0, 0.0, 0.0, (0, 0, 0))}


def test_counting(aggregate: Aggregate) -> None:
    """Events add up by their labels, named in any order."""
    aggregate.count(EVENTS, color="red", shape="round")
    aggregate.count(EVENTS, 4, shape="round", color="red")
    aggregate.count(EVENTS, color="green", shape="round")
    assert values(aggregate.snapshot(), EVENTS) == {
        ("red", "round"): 5,
        ("blue", "square"): 0,
        ("green", "round"): 1,
    }


def test_gauge() -> None:
    """A gauge shows what was set last."""
    aggregate = Aggregate((STATE,))
    aggregate.set(STATE, 2, part="a")
    aggregate.set(STATE, 1, part="a")
    assert values(aggregate.snapshot(), STATE) == {("a",): 1}


@pytest.mark.parametrize(
    ("value", "buckets"),
    [(0.5, (1, 0, 0)), (1, (0, 1, 0)), (1.99, (0, 1, 0)), (2, (0, 0, 1)), (99, (0, 0, 1))],
)
def test_buckets(aggregate: Aggregate, value: float, buckets: tuple[int, ...]) -> None:
    """A bucket holds its lower bound and not its upper one."""
    aggregate.observe(SECONDS, value)
    found = values(aggregate.snapshot(), SECONDS)[()]
    assert isinstance(found, DistributionValue)
    assert found.buckets == buckets


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_moments(observed: list[float]) -> None:
    """Count, mean and squared deviation are those of all values observed."""
    aggregate = Aggregate((SECONDS,))
    for value in observed:
        aggregate.observe(SECONDS, value)
    found = values(aggregate.snapshot(), SECONDS)[()]
    assert isinstance(found, DistributionValue)
    assert found.count == sum(found.buckets) == len(observed)
    assert found.mean == pytest.approx(statistics.fmean(observed))
    deviation = statistics.pvariance(observed) * len(observed)
    assert found.squared_deviation == pytest.approx(deviation, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("labels", [{"color": "red"}, {"color": "red", "size": "s"}, {}])
def test_wrong_labels(aggregate: Aggregate, labels: dict[str, Any]) -> None:
    """Labels that the metric has not are an error, and count nothing."""
    with pytest.raises((KeyError, TypeError)):
        aggregate.count(EVENTS, **labels)
    assert aggregate.changes == 0


def test_overflow(aggregate: Aggregate) -> None:
    """Past its bound a metric's new series become one, which goes on counting."""
    for n in range(10):
        aggregate.count(EVENTS, color=f"color-{n}", shape="round")
    found = values(aggregate.snapshot(), EVENTS)
    assert found["other", "other"] == 8
    assert len(found) == len(EVENTS.known) + 2 + 1


def test_overflow_spares_others(aggregate: Aggregate) -> None:
    """A metric that overflows takes no room from its known series or from other metrics."""
    for n in range(10):
        aggregate.count(EVENTS, color=f"color-{n}", shape="round")
    aggregate.count(EVENTS, color="red", shape="round")
    aggregate.observe(SECONDS, 1)
    found = values(aggregate.snapshot(), EVENTS)
    assert found["red", "round"] == 1
    assert found["other", "other"] == 8


def test_snapshot_is_a_copy(aggregate: Aggregate) -> None:
    """A snapshot stays as it was taken."""
    aggregate.observe(SECONDS, 1)
    before = aggregate.snapshot()
    aggregate.observe(SECONDS, 1)
    found = values(before, SECONDS)[()]
    assert isinstance(found, DistributionValue)
    assert (found.count, before.changes, aggregate.changes) == (1, 1, 2)


def test_in_flight(aggregate: Aggregate) -> None:
    """Each end says how many requests are left."""
    aggregate.begin()
    aggregate.begin()
    assert [aggregate.end(), aggregate.end()] == [1, 0]


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Have threads take turns as often as they can, so that what can go wrong does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_exact_under_threads(aggregate: Aggregate) -> None:
    """Nothing is lost or counted twice when many threads count, also into new series."""
    start = threading.Barrier(THREADS)

    def work(number: int) -> None:
        start.wait()
        for n in range(EACH):
            aggregate.count(EVENTS, color=f"color-{(number + n) % 5}", shape="round")
            aggregate.observe(SECONDS, n % 4)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    snapshot = aggregate.snapshot()
    counts = [one for one in values(snapshot, EVENTS).values() if isinstance(one, int)]
    seconds = values(snapshot, SECONDS)[()]
    assert isinstance(seconds, DistributionValue)
    assert sum(counts) == seconds.count == sum(seconds.buckets) == THREADS * EACH


@pytest.mark.usefixtures("hasty_threads")
def test_snapshot_under_threads() -> None:
    """A snapshot is whole although new series are made while it is taken."""
    aggregate = Aggregate((EVENTS,), max_unknown=EACH)

    def work() -> None:
        for n in range(EACH):
            aggregate.count(EVENTS, color=f"color-{n}", shape="round")

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        snapshot = aggregate.snapshot()
        counts = [one for one in values(snapshot, EVENTS).values() if isinstance(one, int)]
        assert sum(counts) == snapshot.changes
    thread.join()
