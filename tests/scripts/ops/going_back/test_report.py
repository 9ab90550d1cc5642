"""What a rollback shows of revisions."""

from datetime import timedelta

import pytest

from scripts.ops.going_back.report import age


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(minutes=119), "1 h"),
        (timedelta(hours=47), "1 d"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_an_age(passed: timedelta, told: str) -> None:
    """It is told in its largest unit; clocks may differ a little."""
    assert age(passed) == told
