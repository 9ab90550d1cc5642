"""Commits that wait for each other, because one document takes one write at a time."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

STORY_SECONDS = 8.0  # between a story's reservation and its settlement; any other value does too


@dataclass(frozen=True)
class Load:
    """Stories that begin at random, `a_second` on average, over `shards` documents.

    Each story writes to its shard twice, and holds it for `hold_seconds` each time.
    """

    a_second: float
    shards: int
    hold_seconds: float
    stories: int = 40_000


def p95_wait(load: Load, seed: int = 1) -> float:
    """Return the seconds that 95 of 100 commits do not wait longer than."""
    waits = sorted(_waits(load, random.Random(seed)))  # noqa: S311 - a simulation
    return waits[int(0.95 * len(waits))]


def shards_needed(a_second: float, hold_seconds: float, wait_seconds: float) -> int:
    """Return how many shards hold the 95th percentile of the waits below `wait_seconds`."""
    low, high = 0, 500
    while high - low > 1:
        middle = (low + high) // 2
        if p95_wait(Load(a_second, middle, hold_seconds)) < wait_seconds:
            high = middle
        else:
            low = middle
    return high


def _waits(load: Load, chance: random.Random) -> Iterator[float]:
    free = [0.0] * load.shards
    for at, shard in _commits(load, chance):
        begins = max(at, free[shard])
        free[shard] = begins + load.hold_seconds
        yield begins - at


def _commits(load: Load, chance: random.Random) -> Iterator[tuple[float, int]]:
    """Yield when each commit comes, and to which shard, in the order of time.

    The first seconds, in which stories begin and none ends, are no part of it.
    """
    settlements: list[tuple[float, int]] = []
    now = 0.0
    for _ in range(load.stories):
        now += chance.expovariate(load.a_second)
        while settlements and settlements[0][0] <= now:
            yield heapq.heappop(settlements)
        shard = chance.randrange(load.shards)
        heapq.heappush(settlements, (now + chance.uniform(0.5, 1.5) * STORY_SECONDS, shard))
        yield now, shard
