"""Requests that are counted within an instance."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from conteur.adapters.local_limits import FixedWindows, LocalLimits
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import RATE_LIMITER
from tests.adapters.limits import NOW, RULE, counted


def test_requests_beyond_the_rule_are_not_allowed() -> None:
    """As many requests as the rule says may pass, and the next may not."""
    windows = FixedWindows(RULE)
    taken = [windows.take("alice", NOW) for _ in range(3)]
    assert [one.allowed for one in taken] == [True, True, False]
    assert [one.remaining for one in taken] == [1, 0, 0]


def test_callers_are_counted_apart() -> None:
    """What one caller does takes nothing from another."""
    windows = FixedWindows(RULE)
    windows.take("alice", NOW)
    assert windows.take("bob", NOW).used == 1


def test_a_window_ends() -> None:
    """In the next window everybody begins anew, and nothing is kept of the one before."""
    windows = FixedWindows(RULE)
    first = windows.take("alice", NOW)
    later = NOW + timedelta(seconds=first.reset_seconds)
    assert windows.take("bob", later).used == windows.take("alice", later).used == 1
    assert len(windows) == 2


def test_the_time_until_a_window_ends() -> None:
    """Windows begin at whole multiples of their length, and the wait is never 0."""
    at = datetime(2026, 1, 1, 12, 0, 59, 999_999, tzinfo=UTC)
    assert FixedWindows(RULE).take("alice", at).reset_seconds == 1
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert FixedWindows(RULE).take("alice", at).reset_seconds == 60


def test_callers_beyond_the_most() -> None:
    """However many callers there are, only so many are kept: the first ones begin anew."""
    windows = FixedWindows(RULE, most=10)
    for number in range(100):
        windows.take(f"caller-{number}", NOW)
    assert len(windows) == 10
    assert windows.take("caller-99", NOW).used == 2
    assert windows.take("caller-0", NOW).used == 1


def test_threads_are_counted_exactly() -> None:
    """No request of many threads is lost."""
    windows = FixedWindows(RULE)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: windows.take("alice", NOW), range(800)))
    assert windows.take("alice", NOW).used == 801


def test_where_requests_were_counted() -> None:
    """Without Redis all requests are counted as local ones."""
    meter = Aggregate()
    LocalLimits(FixedWindows(RULE), meter).take("alice", NOW)
    assert counted(meter, RATE_LIMITER) == {("local",): 1, ("redis",): 0, ("fallback",): 0}
