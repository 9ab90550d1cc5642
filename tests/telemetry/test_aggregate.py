"""The aggregate is exact, bounded, and starts at zero."""

import statistics
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.telemetry.aggregate import MAX_NOTED, Aggregate, DistributionValue, Snapshot
from conteur.telemetry.registry import Counter, Distribution, Function, Gauge, Metric

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
FEW = 7  # events that may wait, so that all threads add up, again and again
A_WHILE = 0.05  # seconds that a thread gets, which it needs only where the code is wrong

STATE = Gauge(path="state", unit="1", description="A state.", labels=("part",))


class Longest(deque[object]):
    """A deque that knows how long it has been."""

    longest = 0

    def append(self, item: object) -> None:
        super().append(item)
        self.longest = max(self.longest, len(self))


@pytest.fixture
def aggregate() -> Aggregate:
    return Aggregate((EVENTS, SECONDS), max_unknown=2)


def values(snapshot: Snapshot, metric: Metric) -> dict[tuple[str, ...], int | DistributionValue]:
    return {one.labels: one.value for one in snapshot.series if one.metric is metric}


def note(aggregate: Aggregate, metric: Metric, labels: dict[str, Any]) -> None:
    """Note one event of any metric."""
    if isinstance(metric, Distribution):
        aggregate.observe(metric, 1, **labels)
    elif isinstance(metric, Gauge):
        aggregate.set(metric, 1, **labels)
    elif isinstance(metric, Counter):
        aggregate.count(metric, **labels)


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


@pytest.mark.parametrize("max_noted", [1, 2, 3, 4_000])
def test_gauge(max_noted: int) -> None:
    """A gauge shows what was set last, wherever its events were added up."""
    aggregate = Aggregate((STATE,), max_noted=max_noted)
    for value in (2, 3, 1):
        aggregate.set(STATE, value, part="a")
    assert values(aggregate.snapshot(), STATE) == {("a",): 1}


def test_bound_on_what_waits(aggregate: Aggregate, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many events come without a snapshot, a bounded number of them wait."""
    noted = Longest()
    monkeypatch.setattr(aggregate, "_noted", noted)
    for n in range(3 * MAX_NOTED):
        aggregate.observe(SECONDS, n)
    assert (noted.longest, len(noted)) == (MAX_NOTED, 0)
    assert aggregate.changes == 3 * MAX_NOTED


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


@pytest.mark.parametrize(
    ("metric", "labels"),
    [
        (EVENTS, {"color": "red"}),
        (EVENTS, {"color": "red", "size": "s"}),
        (EVENTS, {"color": "red", "shape": "round", "size": "s"}),
        (EVENTS, {}),
        (STATE, {"side": "a"}),
        (STATE, {"part": "a", "side": "a"}),
        (STATE, {}),
        (SECONDS, {"part": "a"}),
    ],
)
def test_wrong_labels(metric: Metric, labels: dict[str, Any]) -> None:
    """Labels that the metric has not are an error at once, and spoil no other event."""
    aggregate = Aggregate((EVENTS, STATE, SECONDS))
    aggregate.count(EVENTS, color="red", shape="round")
    with pytest.raises((KeyError, TypeError)):
        note(aggregate, metric, labels)
    aggregate.count(EVENTS, color="red", shape="round")
    snapshot = aggregate.snapshot()
    assert (snapshot.changes, values(snapshot, EVENTS)["red", "round"]) == (2, 2)
    assert (len(values(snapshot, EVENTS)), len(values(snapshot, STATE))) == (2, 0)


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


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Have threads take turns as often as they can, so that what can go wrong does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def at_once(work: Callable[[int], None]) -> list[threading.Thread]:
    """Start THREADS threads that do the work, each with its own number."""
    start = threading.Barrier(THREADS)

    def begin(number: int) -> None:
        start.wait()
        work(number)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    return threads


def totals(snapshot: Snapshot) -> tuple[int, int, int]:
    """Return how many events were counted, how many values observed, and how many bucketed."""
    counts = [one for one in values(snapshot, EVENTS).values() if isinstance(one, int)]
    seconds = values(snapshot, SECONDS)[()]
    assert isinstance(seconds, DistributionValue)
    return sum(counts), seconds.count, sum(seconds.buckets)


@pytest.mark.parametrize("max_noted", [FEW, MAX_NOTED])
@pytest.mark.usefixtures("hasty_threads")
def test_exact_under_threads(max_noted: int) -> None:
    """Nothing is lost or counted twice while many threads count and snapshots are taken."""
    aggregate = Aggregate((EVENTS, SECONDS), max_unknown=2, max_noted=max_noted)

    def work(number: int) -> None:
        for n in range(EACH):
            aggregate.count(EVENTS, color=f"color-{(number + n) % 5}", shape="round")
            aggregate.observe(SECONDS, n % 4)

    threads = at_once(work)
    snapshots = [aggregate.snapshot()]
    while any(thread.is_alive() for thread in threads):
        snapshots.append(aggregate.snapshot())
    snapshots.append(aggregate.snapshot())
    assert totals(snapshots[-1]) == (THREADS * EACH,) * 3
    assert all(sum(totals(one)[:2]) == one.changes for one in snapshots)
    assert all(before.changes <= after.changes for before, after in pairwise(snapshots))


class SlowToAdd(int):
    """A number whose addition gives a thread the time to do its work, if it can."""

    thread: threading.Thread

    def __radd__(self, other: int) -> int:
        self.thread.start()
        self.thread.join(A_WHILE)
        return other + int(self)


def test_changes_while_adding_up(aggregate: Aggregate) -> None:
    """An event that is just being added up is neither missed nor counted twice."""
    seen: list[int] = []
    event = SlowToAdd(1)
    event.thread = threading.Thread(target=lambda: seen.append(aggregate.changes))
    aggregate.count(EVENTS, event, color="red", shape="round")
    aggregate.snapshot()
    event.thread.join()
    assert seen == [1]


@pytest.mark.usefixtures("hasty_threads")
def test_order_under_threads() -> None:
    """A gauge shows each thread's last state, whoever added it up."""
    aggregate = Aggregate((STATE,), max_noted=FEW)

    def work(number: int) -> None:
        for value in range(EACH):
            aggregate.set(STATE, value, part=f"{number}")

    for thread in at_once(work):
        thread.join()
    states = {(f"{number}",): EACH - 1 for number in range(THREADS)}
    assert values(aggregate.snapshot(), STATE) == states


@pytest.mark.usefixtures("hasty_threads")
def test_snapshot_is_of_one_moment() -> None:
    """No snapshot has an event without those that its thread counted before it."""
    aggregate = Aggregate((EVENTS, SECONDS), max_noted=FEW)

    def work(_number: int) -> None:
        for _ in range(EACH):
            aggregate.count(EVENTS, color="red", shape="round")
            aggregate.observe(SECONDS, 1)

    threads = at_once(work)
    while any(thread.is_alive() for thread in threads):
        counted, observed, _ = totals(aggregate.snapshot())
        assert 0 <= counted - observed <= THREADS


@pytest.mark.usefixtures("hasty_threads")
def test_room_under_threads() -> None:
    """Threads that meet the same new labels at once share a series, also where it is the last."""
    parts = [f"{n}" for n in range(100)]
    aggregate = Aggregate((STATE,), max_unknown=len(parts))

    def work(_number: int) -> None:
        for part in parts:
            aggregate.set(STATE, 1, part=part)

    for thread in at_once(work):
        thread.join()
    assert values(aggregate.snapshot(), STATE) == {(part,): 1 for part in parts}


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


def test_series_of_other_functions() -> None:
    """In an instance of one function, what only others count does not begin at zero."""
    every, other = (Function.RATE_STORY,), (Function.GENERATE_STORY,)
    shared = Counter(
        path="a", unit="1", description="A.", labels=("function",), known=(every, other)
    )
    theirs = Counter(path="b", unit="1", description="B.", known=((),), only=other[0])
    begun = Aggregate((shared, theirs), function=Function.RATE_STORY).snapshot().series
    assert [(one.metric, one.labels) for one in begun] == [(shared, every)]
    assert len(Aggregate((shared, theirs)).snapshot().series) == 3
