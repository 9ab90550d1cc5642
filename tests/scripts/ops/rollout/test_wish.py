"""What a deploy is asked for."""

import pytest

from scripts.ops.rollout.wish import Wish, parse_percents, read


def test_steps() -> None:
    """Steps rise to 100."""
    assert parse_percents("5, 20,100") == (5, 20, 100)
    assert parse_percents("100") == (100,)


@pytest.mark.parametrize("text", ["", "5,20", "20,5,100", "0,100", "5,5,100", "a,100", "5,101"])
def test_no_steps(text: str) -> None:
    """Anything else is refused, with an example."""
    with pytest.raises(ValueError, match="5,20,50,100"):
        parse_percents(text)


def test_kept() -> None:
    """A wish comes out of the record as it went in."""
    wish = Wish(("health",), (5, 100), 120.0, unpin=True)
    assert read(wish.document()) == wish
