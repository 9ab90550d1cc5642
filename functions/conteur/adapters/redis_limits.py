"""Counts requests in Redis, for all instances together.

Importing this module imports redis-py: the composition root does so where REDIS_URL is set.
"""

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from conteur.adapters.local_limits import FixedWindows
from conteur.domain.store.rate_limit import Allowance
from conteur.errors import DeadlineError, Phase
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import RATE_LIMITER
from conteur.use_cases.ports import Clock

ANSWER_SECONDS = 0.1
REST_SECONDS = 5.0
MOST_CONNECTIONS = 100
PREFIX = "conteur:rate:"


class RedisLimits:
    """Implements store.ports.RateLimiter.

    Each instance counts for itself as well. Its own count is the answer where Redis gives none;
    then Redis is left alone for REST_SECONDS, and asked again by one request first.
    """

    def __init__(self, url: str, windows: FixedWindows, clock: Clock, meter: Aggregate) -> None:
        self._url = url
        self._windows = windows
        self._clock = clock
        self._meter = meter
        self._lock = threading.Lock()
        self._redis: Redis | None = None
        self._down = False
        self._rests_until = float("-inf")

    def take(self, caller: str, now: datetime) -> Allowance:
        """Count one request of the caller."""
        own = self._windows.take(caller, now)
        used = self._shared(caller, now) if self._may_ask() else None
        self._meter.count(RATE_LIMITER, where="fallback" if used is None else "redis")
        return own if used is None else own.rule.allowance(used, now)

    def ping(self) -> None:
        """Raise RedisError or OSError unless Redis answers, within ANSWER_SECONDS or so."""
        self._connected().ping()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._redis is not None:
                self._redis.close()
                self._redis = None

    def _may_ask(self) -> bool:
        if not self._down:
            return True
        with self._lock:
            now = self._clock.monotonic()
            if now < self._rests_until:
                return False
            self._rests_until = now + REST_SECONDS
            return True

    def _shared(self, caller: str, now: datetime) -> int | None:
        try:
            used = self._count(_key(caller, self._windows.rule.window(now)))
        except (RedisError, OSError, ValueError, TypeError) as error:
            self._failed(error)
            return None
        self._answered()
        return used

    def _count(self, key: str) -> int:
        """Add one in a round trip. A window is kept for twice its time: clocks differ."""
        with self._connected().pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.pexpire(key, 2000 * self._windows.rule.seconds)
            used, _ = pipeline.execute()
        return int(used)

    def _connected(self) -> Redis:
        with self._lock:
            if self._redis is None:
                self._redis = _client(self._url)
            return self._redis

    def _failed(self, error: Exception) -> None:
        with self._lock:
            first, self._down = not self._down, True
            self._rests_until = self._clock.monotonic() + REST_SECONDS
        if first:
            logs.warning("rate_limiter.down", error)

    def _answered(self) -> None:
        if not self._down:
            return
        with self._lock:
            last, self._down = self._down, False
        if last:
            logs.info("rate_limiter.up")


def _client(url: str) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        max_connections=MOST_CONNECTIONS,
    )


def _key(caller: str, window: int) -> str:
    """Return the key of a caller's window; it tells nobody who that is."""
    hidden = hashlib.sha256(caller.encode(errors="replace")).hexdigest()[:32]
    return f"{PREFIX}{window}:{hidden}"


class RedisProbe:
    """Looks at Redis for the deep health check."""

    name = "redis"

    def __init__(self, limits: Callable[[], RedisLimits]) -> None:
        self._limits = limits

    def check(self, timeout: float) -> None:
        """Raise DeadlineError (phase store) unless Redis answers; its own limit is shorter."""
        del timeout
        try:
            self._limits().ping()
        except (RedisError, OSError):
            raise DeadlineError("Redis did not answer", Phase.STORE) from None
