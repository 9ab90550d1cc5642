"""The model's story is what peers take for one, and tells whether it is whole."""

import pytest

from conteur.domain.manuscript import Manuscript
from conteur.domain.model_events import Finish
from tests.bench.story import TITLE, is_whole, pieces


@pytest.mark.parametrize("count", [1, 2, 40, 400])
def test_a_whole_story(count: int) -> None:
    """A story of any length is whole, with its title and without it."""
    text = "".join(pieces(count))
    assert len(pieces(count)) == count
    assert is_whole(text)
    assert is_whole(text.removeprefix(TITLE).strip())


def test_a_story_that_lacks_a_word() -> None:
    """A story without its end, its beginning or a word between is not whole."""
    told = pieces(40)
    for broken in (told[:-1], told[1:], told[:7] + told[8:], []):
        assert not is_whole("".join(broken))


def test_the_product_takes_it_as_it_is() -> None:
    """The first piece has a title and the first word, which is let out at once."""
    manuscript, (first, *others) = Manuscript(400, "en"), pieces(40)
    assert manuscript.feed(first) == "A"
    assert manuscript.title == TITLE
    shown = [manuscript.feed(piece) for piece in others]
    assert all(shown)
    assert manuscript.finish(Finish.STOP) == ""
