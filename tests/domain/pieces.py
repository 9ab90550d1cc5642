"""Texts cut into pieces, as a model's tokens may cut them."""

from itertools import pairwise

from hypothesis import strategies as st


def pieces_of(text: str, places: list[int]) -> list[str]:
    """Return `text` cut at `places`, each taken within its length."""
    cuts = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(cuts)]


PLACES = st.lists(st.integers(0, 5000), max_size=40)
