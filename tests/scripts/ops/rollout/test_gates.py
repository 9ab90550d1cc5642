"""What must be so before a deploy."""

from datetime import UTC, datetime, timedelta

import pytest

from scripts.ops.operations.record import Kind, Record
from scripts.ops.rollout.gates import changed_gate, passing, preflight_gate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def preflight(
    minutes: int = 10, commit: str = "c0ffee", where: str = "production", *, green: bool = True
) -> Record:
    began = NOW - timedelta(minutes=minutes)
    facts = {"green": green}
    return Record("a", Kind.PREFLIGHT, where, "ada", "", commit, began, facts=facts)


def test_clean() -> None:
    """A checkout without changes may be deployed."""
    assert changed_gate([]) == ""


def test_changed() -> None:
    """What is not committed is named, the first files of it."""
    told = changed_gate([f"file{number}" for number in range(7)])
    assert "file4 and 2 more" in told
    assert "git stash" in told


@pytest.mark.parametrize(
    ("preflights", "why"),
    [
        ([], "No preflight of production is on record"),
        ([preflight(where="staging")], "No preflight of production is on record"),
        ([preflight(minutes=61)], "61 minutes old"),
        ([preflight(minutes=-3)], "began 3 minutes from now"),
        ([preflight(commit="decade")], "of commit decade, not of c0ffee"),
        ([preflight(green=False)], "not green"),
        ([preflight(1, green=False), preflight(2)], "not green"),
    ],
)
def test_closed(preflights: list[Record], why: str) -> None:
    """Production needs the newest preflight green, fresh, and of this commit."""
    told = preflight_gate("production", "c0ffee", preflights, NOW)
    assert why in told
    assert "scripts/preflight production" in told


def test_open() -> None:
    """Such a one opens the gate, and is the one that the record names."""
    good = preflight(60)
    assert preflight_gate("production", "c0ffee", [good], NOW) == ""
    assert passing("production", "c0ffee", [good], NOW) == good


def test_clocks() -> None:
    """Clocks may differ a little."""
    assert preflight_gate("production", "c0ffee", [preflight(-2)], NOW) == ""


def test_staging() -> None:
    """Staging needs none."""
    assert preflight_gate("staging", "c0ffee", [], NOW) == ""
