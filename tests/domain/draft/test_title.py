"""First lines: preamble, title or prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.draft.title import Line, derive_title, read_line


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("The Fox and the Moon", "The Fox and the Moon"),
        ("# The Fox", "The Fox"),
        ("## **The Fox.**", "The Fox."),
        ("**The Fox**", "The Fox"),
        ("***The Fox***", "The Fox"),
        ("_The Fox_", "The Fox"),
        ("“The Fox”", "The Fox"),
        ("« Le Renard »", "Le Renard"),
        ("「きつねの夜」", "きつねの夜"),
        ("《怕黑的狐狸》", "怕黑的狐狸"),
        ("Title: The Fox", "The Fox"),
        ("TITLE: “The Fox.”", "The Fox."),
        ("**Titre :** Le Renard", "Le Renard"),
        ("**Title: The Fox**", "The Fox"),
        ("Título: El zorro", "El zorro"),
        ("标题：怕黑的狐狸", "怕黑的狐狸"),
        ("Où es-tu, Mimi ?", "Où es-tu, Mimi ?"),
        ("Subtitle: a fox", "Subtitle: a fox"),
        ("Leo's 3rd Night", "Leo's 3rd Night"),
    ],
)
def test_a_title_is_told_from_its_decoration(line: str, title: str) -> None:
    """Heading marks, emphasis, quotation marks and labels fall away."""
    assert read_line(line) == (Line.TITLE, title)


@pytest.mark.parametrize(
    "line",
    [
        "Here is a story about a fox:",
        "**Voici une histoire :**",
        "Title:",
        "Sure! Here is your story.",
        "Of course, here's a bedtime story for you!",
        "Bien sûr !",
        "---",
        "* * *",
        "```",
        "```json",
    ],
)
def test_a_preamble_is_skipped(line: str) -> None:
    """What ends in a colon, polite answers, rules and fences are no part of a story."""
    assert read_line(line) == (Line.SKIPPED, "")


@pytest.mark.parametrize(
    "line",
    [
        "Once upon a time there was a fox.",
        "Il était une fois, dans un bois,",
        "“Come here,” said the fox.",
        "— Où vas-tu ?",
        "Surely he was afraid, and yet he went out into the dark.",
        "*He was afraid of the dark.*",
        "きつねは夜がこわかった。",
        "a " * 51,
    ],
)
def test_a_sentence_is_prose(line: str) -> None:
    """A line that ends as sentences do, a line of dialogue or a long line starts the story."""
    assert read_line(line) == (Line.PROSE, line)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Once upon a time there was a fox. He ran.", "Once upon a time there was a fox"),
        ("“Stop!” he said.", "Stop"),
        ("— Où vas-tu ?", "Où vas-tu"),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("狐" * 100, "狐" * 24 + "…"),
        ("狐狸怕黑。它跑了。", "狐狸怕黑"),
        ("...", "..."),
    ],
)
def test_a_story_without_a_title_is_named_by_its_first_words(text: str, title: str) -> None:
    """The first sentence, or as much of it as makes a title."""
    assert derive_title(text) == title


@given(st.text(min_size=1))
def test_a_derived_title_is_short_and_never_empty(text: str) -> None:
    """Every text gives a title that a list can show."""
    assert 1 <= len(derive_title(text)) <= 61
