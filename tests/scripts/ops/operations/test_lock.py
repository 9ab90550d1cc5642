"""How long a lock keeps out whom."""

from datetime import timedelta

import pytest

from scripts.ops.operations.lock import GRACE, LEASE
from tests.scripts.ops.operations.made_up import NOON, a_lock

MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("passed", "holds"),
    [(LEASE, True), (LEASE + GRACE - MOMENT, True), (LEASE + GRACE, False)],
    ids=["lease", "grace", "over"],
)
def test_clocks_differ(passed: timedelta, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    """Others wait for two minutes more than the lease, for a clock that is behind."""
    assert a_lock("ada").holds(NOON + passed) is holds


@pytest.mark.parametrize(
    ("operation", "holder", "kept_out"),
    [("ada", "one", False), ("ada", "two", True), ("bob", "one", True)],
)
def test_whom_it_keeps_out(operation: str, holder: str, kept_out: bool) -> None:  # noqa: FBT001 - as above
    """It is open to its own operation in its own process only."""
    lock = a_lock("ada", holder="one")
    assert lock.keeps_out(a_lock(operation, holder=holder), NOON) is kept_out


def test_whose_it_is() -> None:
    """People hear how long they have to wait at most."""
    assert a_lock("ada").told(NOON).endswith("since 2026-11-23 12:00 UTC, 17 min left")
    assert a_lock("ada").told(NOON + 2 * LEASE).endswith(" 0 min left")
