"""Characters that a model's server cut in two, made whole."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conteur.adapters.text_joiner import TextJoiner

FOX = "\U0001f98a"
FIRST, SECOND = "\ud83e", "\udd8a"


def joined(*deltas: str) -> list[str]:
    joiner = TextJoiner()
    return [*(joiner.feed(delta) for delta in deltas), joiner.flush()]


def test_halves_in_two_deltas_become_one_character() -> None:
    """The first half waits for the second."""
    assert joined("a " + FIRST, SECOND + "!") == ["a ", FOX + "!", ""]


def test_halves_in_one_delta_become_one_character() -> None:
    """Two halves side by side are one character."""
    assert joined(FIRST + SECOND) == [FOX, ""]


@pytest.mark.parametrize("lone", [SECOND, FIRST + "x", "x" + SECOND + "y"])
def test_a_half_without_a_partner_is_replaced(lone: str) -> None:
    """A half that finds no partner becomes U+FFFD, so that the text can be stored."""
    told = "".join(joined(lone))
    assert "\ufffd" in told
    assert told.encode()


def test_a_half_at_the_very_end_is_replaced() -> None:
    """What still waits at the end becomes U+FFFD."""
    assert joined("end" + FIRST) == ["end", "\ufffd"]


def test_whole_text_passes_at_once() -> None:
    """Text without halves is not held back or changed."""
    assert joined("Zoé", "", " " + FOX) == ["Zoé", "", " " + FOX, ""]


@settings(deadline=None)
@given(st.text(), st.lists(st.integers(0, 40), max_size=6))
def test_however_the_text_is_cut_it_comes_out_whole(text: str, cuts: list[int]) -> None:
    """Text cut anywhere between its UTF-16 units comes out as it was."""
    units = text.encode("utf-16-le")
    edges = [0, *sorted(2 * cut for cut in cuts), len(units)]
    deltas = [
        units[start:end].decode("utf-16-le", "surrogatepass") for start, end in pairwise(edges)
    ]
    assert "".join(joined(*deltas)) == text
