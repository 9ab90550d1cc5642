"""Requests that are counted in a real Redis, and what happens without it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from conteur.adapters.local_limits import FixedWindows
from conteur.adapters.redis_limits import PREFIX, REST_SECONDS, RedisLimits, RedisProbe
from conteur.errors import DeadlineError
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import RATE_LIMITER
from scripts.local.ports import reserved_ports
from tests.adapters.limits import NOW, RULE, counted
from tests.fakes import FakeClock
from tests.redis_server import RedisServer

pytestmark = pytest.mark.server

ALICE = "author:alice"


class Instances:
    """Makes limiters, as two instances of the function have them."""

    def __init__(self, url: str, clock: FakeClock) -> None:
        self.clock = clock
        self.meter = Aggregate()
        self._url = url
        self._open = ExitStack()

    def another(self) -> RedisLimits:
        limits = RedisLimits(self._url, FixedWindows(RULE), self.clock, self.meter)
        return self._open.enter_context(closing(limits))

    def counted(self, where: str) -> int:
        return counted(self.meter, RATE_LIMITER)[(where,)]

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def instances(redis_server: RedisServer, clock: FakeClock) -> Iterator[Instances]:
    with closing(Instances(redis_server.url, clock)) as made:
        yield made


def test_instances_count_together(instances: Instances) -> None:
    """Two instances share what they count, from any number of threads."""
    one, other = instances.another(), instances.another()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: (one if n % 2 else other).take(ALICE, NOW), range(200)))
    assert one.take(ALICE, NOW).used == 201
    assert instances.counted("redis") == 201


def test_nobodys_id_is_kept(instances: Instances, redis_server: RedisServer) -> None:
    """Redis is told nobody's id, and forgets a window when its time is over twice."""
    instances.another().take(ALICE, NOW)
    with redis_server.client() as redis:
        (key,) = map(str, redis.keys())
        assert key.startswith(PREFIX)
        assert "alice" not in key
        assert 60_000 < redis.pttl(key) <= 120_000


def test_no_id_is_an_outage(instances: Instances) -> None:
    """An id that is no text for others is counted in Redis as well."""
    instances.another().take("\ud800", NOW)
    assert instances.counted("redis") == 1


def test_redis_that_is_down(
    instances: Instances, redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each instance counts by itself while Redis is down, and says so once."""
    limits = instances.another()
    assert limits.take(ALICE, NOW).used == 1
    redis_server.stop()
    for used in (2, 3, 4):
        assert limits.take(ALICE, NOW).used == used
        instances.clock.advance(REST_SECONDS)
    assert instances.counted("fallback") == 3
    assert capsys.readouterr().out.count('"event": "rate_limiter.down"') == 1


def test_redis_that_has_never_been_there(clock: FakeClock) -> None:
    """An instance that cannot reach Redis at its start counts by itself."""
    with (
        reserved_ports(1) as (port,),
        closing(Instances(f"redis://127.0.0.1:{port}/0", clock)) as made,
    ):
        assert made.another().take(ALICE, NOW).used == 1
        assert made.counted("fallback") == 1


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port/0", "redis://[", "http://127.0.0.1"])
def test_an_address_that_is_none(clock: FakeClock, url: str) -> None:
    """An address that cannot be understood is an outage like others."""
    with closing(Instances(url, clock)) as made:
        assert made.another().take(ALICE, NOW).used == 1


def test_redis_that_hangs_is_left_alone(instances: Instances, redis_server: RedisServer) -> None:
    """One request waits a moment for a Redis that hangs; the next ones do not ask it."""
    limits = instances.another()
    limits.take(ALICE, NOW)
    before = redis_server.connections()
    with redis_server.asleep():  # asks for one connection, and the last line for another
        assert [limits.take(ALICE, NOW).used for _ in range(20)] == list(range(2, 22))
    assert instances.counted("fallback") == 20
    assert redis_server.connections() == before + 2


def test_redis_that_hangs_is_asked_by_one(instances: Instances, redis_server: RedisServer) -> None:
    """After a rest one request asks whether Redis is back; if it hangs still the others rest."""
    limits = instances.another()
    limits.take(ALICE, NOW)
    before = redis_server.connections()
    with redis_server.asleep():
        limits.take(ALICE, NOW)
        instances.clock.advance(REST_SECONDS)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: limits.take(ALICE, NOW), range(8)))
    assert redis_server.connections() == before + 2 + 1


def test_redis_that_comes_back(
    instances: Instances, redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some seconds after Redis is up again the requests are shared again, and the log says so."""
    limits = instances.another()
    redis_server.stop()
    limits.take(ALICE, NOW)
    redis_server.start()
    limits.take(ALICE, NOW)
    assert instances.counted("redis") == 0
    instances.clock.advance(REST_SECONDS)
    limits.take(ALICE, NOW)
    limits.take(ALICE, NOW)
    assert instances.counted("redis") == 2
    assert capsys.readouterr().out.count('"event": "rate_limiter.up"') == 1


def test_redis_that_was_restarted_meanwhile(
    instances: Instances, redis_server: RedisServer
) -> None:
    """A connection that a restart has cut is made again without an outage."""
    limits = instances.another()
    limits.take(ALICE, NOW)
    redis_server.stop()
    redis_server.start()
    limits.take(ALICE, NOW)
    assert instances.counted("redis") == 2


def full(redis_server: RedisServer) -> None:
    redis_server.configure(maxmemory_policy="noeviction", maxmemory="1")


def read_only(redis_server: RedisServer) -> None:
    redis_server.configure(replica_read_only="yes")
    with redis_server.client() as redis:
        redis.replicaof("127.0.0.1", 1)


def wrong_typed(redis_server: RedisServer) -> None:
    with redis_server.client() as redis:
        (key,) = redis.keys()
        redis.delete(key)
        redis.rpush(key, "a list")


def no_number(redis_server: RedisServer) -> None:
    with redis_server.client() as redis:
        (key,) = redis.keys()
        redis.set(key, "many")


def locked(redis_server: RedisServer) -> None:
    with redis_server.client() as redis:
        redis.config_set("requirepass", "somebody-elses")
        redis.client_kill_filter(_type="normal", skipme=True)


def loading(redis_server: RedisServer) -> None:
    redis_server.load_slowly()


@pytest.mark.parametrize(
    ("breaks", "error"),
    [
        (full, "OutOfMemoryError"),
        (read_only, "ReadOnlyError"),
        (wrong_typed, "ResponseError"),
        (no_number, "ResponseError"),
        (locked, "AuthenticationError"),
        (loading, "BusyLoadingError"),
    ],
)
def test_redis_that_refuses(
    instances: Instances,
    redis_server: RedisServer,
    capsys: pytest.CaptureFixture[str],
    breaks: Callable[[RedisServer], None],
    error: str,
) -> None:
    """Whatever Redis says instead of a number, the instance counts by itself."""
    limits = instances.another()
    limits.take(ALICE, NOW)
    breaks(redis_server)
    allowance = limits.take(ALICE, NOW)
    assert (allowance.used, allowance.allowed, allowance.remaining) == (2, True, 0)
    assert instances.counted("fallback") == 1
    assert error in capsys.readouterr().out


def test_the_password_is_in_no_log(clock: FakeClock, capsys: pytest.CaptureFixture[str]) -> None:
    """What is logged of an outage has neither the address nor the password."""
    with closing(Instances("redis://:hush-hush@127.0.0.1:1/0", clock)) as made:
        made.another().take(ALICE, NOW)
    logged = capsys.readouterr().out
    assert "rate_limiter.down" in logged
    assert "hush" not in logged


def test_the_probe(instances: Instances, clock: FakeClock) -> None:
    """A Redis that answers is well, and one that is not there is named so."""
    RedisProbe(instances.another).check(1)
    nowhere = RedisLimits("redis://127.0.0.1:1/0", FixedWindows(RULE), clock, Aggregate())
    with closing(nowhere), pytest.raises(DeadlineError, match="Redis"):
        RedisProbe(lambda: nowhere).check(1)
