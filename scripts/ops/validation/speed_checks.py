"""How fast the service answers, over so many calls."""

import math
from collections.abc import Callable, Sequence

from scripts.ops.validation.answers import Reply, refusal
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.errors import FoundError

MOST_STORY, MOST_PUBLISH = 15.0, 5.0
"""Seconds: story-backend guide, P3; store-publish guide, its target."""
LEVEL = 0.95


def stories(desk: Desk) -> str:
    """Measure stories that are told already, which cost nothing."""
    return "replays: " + _measured(desk.replay, desk.times, MOST_STORY, "slow-stories")


def publishing(desk: Desk) -> str:
    """Measure publishing what is public."""
    return _measured(desk.publish, desk.times, MOST_PUBLISH, "store-timeouts")


def p95(seconds: Sequence[float]) -> float:
    """Return the least value that 95 % are not above (nearest rank)."""
    return sorted(seconds)[math.ceil(LEVEL * len(seconds)) - 1]


def _measured(call: Callable[[], Reply], times: int, most: float, page: str) -> str:
    replies = [call() for _ in range(times)]
    for each in replies:
        if each.status != 200:  # noqa: PLR2004 - HTTP's own
            raise FoundError(refusal(each), f"docs/procedures/{page}.md")
    found = p95([each.seconds for each in replies])
    said = f"p95 {found:.2f} s of {times} calls (below {most:.0f} s)"
    if found >= most:
        raise FoundError(said, f"docs/procedures/{page}.md")
    return said
