"""The end of a story, and what is left out after it."""

import pytest

from conteur.domain.draft.closing import Closing
from conteur.domain.draft.typography import ENDS
from conteur.domain.languages import PRIMARY_TAGS


def read(*pieces: str, language: str = "en") -> list[str]:
    closing = Closing(language)
    return [*map(closing.feed, pieces), closing.finish()]


@pytest.mark.parametrize("language", sorted(set(PRIMARY_TAGS) - {"en"}))
def test_every_language_knows_its_end(language: str) -> None:
    """The language's own words and the English ones both end a story."""
    for end in (*ENDS[language], "The End"):
        told = "".join(read(f"Nib.\n\n~ {end.upper()} ~\n\nmore", language=language))
        assert told.strip() == "Nib."


def test_an_end_is_known_in_its_own_language_only() -> None:
    """`Fine` is no end in English, nor `Fin` in German."""
    assert "".join(read("Fine.\nHe ran.")) == "Fine.\nHe ran."
    assert "".join(read("Fin\nHe ran.", language="de")) == "Fin\nHe ran."


def test_the_start_of_a_line_is_held_while_it_may_be_an_end() -> None:
    """It is let through with the first character that decides."""
    assert read("The", " en", "ormous fox") == ["", "", "The enormous fox", ""]
    assert read("Mor", "al support", " came.\n")[:3] == ["", "", "Moral support came.\n"]


@pytest.mark.parametrize(
    "label", ["Moral:", "**Moral:**", "The moral of the story:", "La morale de l'histoire :"]
)
def test_a_labelled_moral_ends_the_story(label: str) -> None:
    """A moral with a label is not asked for and is left out."""
    assert "".join(read(f"Nib.\n\n{label} Be brave.\n\nBye")).strip() == "Nib."


def test_a_separator_needs_prose_after_it() -> None:
    """Between scenes it stays; at the end it goes."""
    assert "".join(read("a\n***\nb\n***\n")) == "a\n***\nb\n"


def test_a_long_line_of_marks_is_prose() -> None:
    """What is held stays short, whatever the model repeats."""
    assert read("-" * 200, "x")[:2] == ["-" * 200, "x"]
    assert "".join(read("The end" + "." * 200 + "\nx")) == "The end" + "." * 200 + "\nx"
