"""What people write for a moment."""

from datetime import UTC, datetime

import pytest

from scripts.ops.logbook.moments import read_moment
from tests.scripts.ops.logbook.kept import BEGAN


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", datetime(2026, 11, 22, 13, 58, 30, tzinfo=UTC)),
        ("15m", datetime(2026, 11, 22, 13, 45, tzinfo=UTC)),
        ("2h", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("3d", datetime(2026, 11, 19, 14, tzinfo=UTC)),
        ("1w", datetime(2026, 11, 15, 14, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22T13:30", datetime(2026, 11, 22, 13, 30, tzinfo=UTC)),
        ("2026-11-22T13:30:01.5Z", datetime(2026, 11, 22, 13, 30, 1, 500000, tzinfo=UTC)),
        ("2026-11-22T13:30+01:00", datetime(2026, 11, 22, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, moment: datetime) -> None:
    """It is so long ago, or ISO 8601, which is UTC where it has no zone."""
    assert read_moment(text, BEGAN) == moment


@pytest.mark.parametrize("text", ["", "15", "m", "-2h", "yesterday", "999999w", "2026-13-01"])
def test_no_moment(text: str) -> None:
    """Whoever writes something else is told the forms."""
    with pytest.raises(ValueError, match=r"is no moment: 15m, 2h, 3d .* 2026-11-22T14:00"):
        read_moment(text, BEGAN)
