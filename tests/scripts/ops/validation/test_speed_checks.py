"""How p95 is computed."""

import pytest

from scripts.ops.validation.speed_checks import p95


@pytest.mark.parametrize(
    ("seconds", "found"),
    [([3.0], 3.0), ([float(each) for each in range(1, 11)], 10.0), ([1.0] * 19 + [9.0], 1.0)],
)
def test_p95(seconds: list[float], found: float) -> None:
    """It is the least value that 95 % of the calls are not above."""
    assert p95(seconds) == found
