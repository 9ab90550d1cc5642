"""Turns by weights."""

from collections import Counter

import pytest

from tests.rehearsal.shares import Turns


@pytest.mark.parametrize(
    "weights", [{"a": 100}, {"a": 95, "b": 5}, {"a": 50, "b": 50}, {"a": 1, "b": 33, "c": 66}]
)
def test_shares_are_exact(weights: dict[str, int]) -> None:
    """Of a hundred requests each has as many as its weight says."""
    turns = Turns()
    assert Counter(turns.next(weights) for _ in range(100)) == weights


def test_shares_are_smooth() -> None:
    """A small share does not come in one go."""
    turns = Turns()
    order = [turns.next({"a": 80, "b": 20}) for _ in range(10)]
    assert order == ["a", "a", "b", "a", "a"] * 2


def test_new_weights() -> None:
    """Turns begin anew when the weights change."""
    turns = Turns()
    for _ in range(3):
        turns.next({"a": 90, "b": 10})
    assert [turns.next({"a": 50, "b": 50}) for _ in range(4)] == ["a", "b", "a", "b"]
