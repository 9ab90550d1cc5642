"""Texts that are too long for a record."""

from scripts.ops.operations.shortened import MOST, shortened, shortened_text


def test_what_fits_stays() -> None:
    """A text that is as long as it may be is kept whole."""
    assert shortened_text("x" * MOST) == "x" * MOST


def test_the_rest_is_told() -> None:
    """Of a longer one the begin is kept, with how much is missing, and where it was."""
    cut = shortened_text("x" * MOST + "12345")
    assert cut == "x" * MOST + "... (5 characters more: they were printed, and are not kept)"


def test_every_text_of_a_value() -> None:
    """Texts are cut wherever they are; all else stays."""
    value = {"a": ["y" * (MOST + 1), 1, None, True], "b": ("z", {"c": "x" * (MOST + 1)})}
    cut = shortened(value)
    assert len(cut["a"][0]) == len(cut["b"][1]["c"]) < MOST + 100
    assert (cut["a"][1:], cut["b"][0]) == ([1, None, True], "z")
