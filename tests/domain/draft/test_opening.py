"""Everything up to the story's first sentence."""

import pytest

from conteur.domain.draft.opening import Opening


def read(*pieces: str) -> tuple[str, list[str]]:
    opening = Opening()
    prose = [*map(opening.feed, pieces), opening.finish()]
    return opening.title, prose


def test_prose_flows_once_the_title_is_read() -> None:
    """Nothing is held any more, not even a line that looks like a title."""
    assert read("Nib\n\nHe", " ran.\n\n", "# Nib\n") == ("Nib", ["He", " ran.\n\n", "# Nib\n", ""])


def test_the_line_under_the_title_is_held_while_it_may_repeat_it() -> None:
    """The first letter that differs lets it through."""
    assert read("The Fox\n", "The ", "Fo", "g") == ("The Fox", ["", "", "", "The Fog", ""])


def test_a_long_first_line_is_prose_before_it_ends() -> None:
    """A reader does not wait for the end of a paragraph that cannot be a title."""
    assert read("word " * 31, "more") == ("", ["word " * 31, "more", ""])


@pytest.mark.parametrize(
    "pieces", [["<th", "ink>a", "b</thi", "nk>Nib\nHe"], ["<thinking></thinking>Nib\nHe"]]
)
def test_thoughts_are_skipped(pieces: list[str]) -> None:
    """Their marks are understood in pieces too."""
    title, prose = read(*pieces)
    assert (title, "".join(prose)) == ("Nib", "He")


def test_a_tag_that_is_no_thought_is_text() -> None:
    """An unknown tag is shown as any other first line."""
    assert read("<b>Nib</b>\nHe") == ("<b>Nib</b>", ["He", ""])


def test_json_is_read_at_the_end() -> None:
    """Its story comes at once, when it can be understood."""
    answer = ['{"title":', ' "Nib", "text": "He', ' ran."}']
    assert read(*answer) == ("Nib", ["", "", "", "He ran."])
