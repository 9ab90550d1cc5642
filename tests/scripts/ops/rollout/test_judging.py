"""Whether a new revision fails too often."""

from datetime import timedelta

import pytest

from scripts.ops.rollout.judging import RECENT, document, recent, too_many_fail
from scripts.ops.traffic.error_rates import Rate

from .world import START

WELL = Rate(1000, 10)


@pytest.mark.parametrize(
    ("new", "old", "bad"),
    [
        (Rate(20, 2), WELL, True),
        (Rate(19, 19), WELL, False),
        (Rate(100, 5), Rate(100, 0), False),
        (Rate(100, 6), Rate(100, 0), True),
        (Rate(100, 20), Rate(100, 10), False),
        (Rate(100, 21), Rate(100, 10), True),
        (Rate(100, 50), Rate(19, 0), False),
        (None, WELL, False),
        (Rate(100, 50), None, False),
    ],
)
def test_rule(new: Rate | None, old: Rate | None, *, bad: bool) -> None:
    """Of 20 calls more than 5 % failed, and more than twice as many as before; else nothing."""
    assert too_many_fail(new, old) is bad


def test_kept() -> None:
    """A rate comes out of the record as it went in, for as long as it is recent."""
    kept = document(WELL, START)
    assert recent(kept, START + RECENT) == WELL
    assert recent(kept, START + RECENT + timedelta(seconds=1)) is None
    assert recent(None, START) is None
