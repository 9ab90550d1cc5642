"""What any rate limiter promises, whoever counts."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from conteur.adapters.local_limits import FixedWindows, LocalLimits
from conteur.adapters.redis_limits import RedisLimits
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.store.ports import RateLimiter
from tests.adapters.limits import NOW, RULE
from tests.fakes import FakeClock
from tests.redis_server import RedisServer

pytestmark = pytest.mark.server


@pytest.fixture(params=["local", "redis", "redis that is down"])
def limiter(request: pytest.FixtureRequest, redis_server: RedisServer) -> Iterator[RateLimiter]:
    windows, meter = FixedWindows(RULE), Aggregate()
    if request.param == "local":
        yield LocalLimits(windows, meter)
        return
    if request.param == "redis that is down":
        redis_server.stop()
    with closing(RedisLimits(redis_server.url, windows, FakeClock(), meter)) as limits:
        yield limits


def test_requests_are_counted(limiter: RateLimiter) -> None:
    """Each request is one more, and those beyond the rule are not allowed."""
    taken = [limiter.take("author:alice", NOW) for _ in range(4)]
    assert [one.used for one in taken] == [1, 2, 3, 4]
    assert [one.allowed for one in taken] == [True, True, False, False]
    assert {one.reset_seconds for one in taken} == {47}
    assert {one.rule for one in taken} == {RULE}


def test_callers_are_apart(limiter: RateLimiter) -> None:
    """Everybody has a window of their own, whatever characters their ids have."""
    for caller in ("author:alice", "author:Alice", "firebase:é\n", "x" * 5000, "", "\ud800"):
        assert limiter.take(caller, NOW).used == 1


def test_the_next_window(limiter: RateLimiter) -> None:
    """When the seconds that were told are over the caller begins anew."""
    first = limiter.take("author:alice", NOW)
    limiter.take("author:alice", NOW)
    assert limiter.take("author:alice", NOW + timedelta(seconds=first.reset_seconds)).used == 1
