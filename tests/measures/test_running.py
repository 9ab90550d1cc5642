"""What the measures share reads its arguments."""

import argparse

import pytest

from tests.measures.running import between


def test_a_number_within_bounds() -> None:
    """A bound is itself allowed."""
    assert [between(1, 80)(text) for text in ("1", "80")] == [1, 80]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("x", "'x' is not a whole number"), ("2.5", "'2.5' is not a whole number")]
    + [(text, f"{text} is not from 1 to 80") for text in ("0", "81")],
)
def test_what_is_no_such_number(text: str, problem: str) -> None:
    """What is no whole number, or out of bounds, is refused in plain words."""
    with pytest.raises(argparse.ArgumentTypeError, match=problem):
        between(1, 80)(text)
