"""Whole characters out of pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.draft.code_units import CodeUnits, cleaned


def read(*pieces: str) -> list[str]:
    code_units = CodeUnits()
    return [*map(code_units.feed, pieces), code_units.finish()]


def test_a_high_surrogate_waits_for_its_low_half() -> None:
    """An emoji that two JSON escapes sent apart comes out whole."""
    assert read("a\ud83d", "\ude00b") == ["a", "\N{GRINNING FACE}b", ""]


@pytest.mark.parametrize("pieces", [("\ude00a",), ("\ud83d", "a"), ("\ud83d",), ("\ud83d\ud83d",)])
def test_a_surrogate_without_its_half_is_replaced(pieces: tuple[str, ...]) -> None:
    """What cannot be encoded becomes U+FFFD, and nothing else is lost."""
    text = "".join(pieces)
    assert "".join(read(*pieces)) == text.replace("\ud83d", "\ufffd").replace("\ude00", "\ufffd")


def test_line_ends_are_made_alike() -> None:
    """A carriage return waits for its newline; alone it is a newline too."""
    assert read("a\r", "\nb\rc\r") == ["a", "\nb\nc", "\n"]


def test_control_characters_are_left_out() -> None:
    """Only newlines and tabs are kept; a byte order mark is no text."""
    assert cleaned("\ufeffa\x00b\tc\x1bd\x7f\n") == "ab\tcd\n"


@given(st.lists(st.text(st.sampled_from("a\r\n\x00\ud83d\ude00é"))))
def test_pieces_read_as_their_whole(pieces: list[str]) -> None:
    """Wherever the text is cut, the characters are the same and can be encoded."""
    text = "".join(read(*pieces))
    assert text == cleaned("".join(pieces))
    assert text.encode().decode() == text
