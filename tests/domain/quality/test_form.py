"""What a text looks like: its end, its paragraphs, and whether it is prose."""

import pytest

from conteur.domain.quality.form import ends_whole, is_no_story, paragraphs_of
from tests.domain.counting import count_words

CODE = "def fox(den):\n    for cub in den[1:]:\n        if cub <= 3 and cub != {}:\n" * 8
WORDS = "fox owl den night moss star path wood rain leaf moon frog " * 4


def no_story(text: str, tag: str = "en") -> bool:
    return is_no_story(text, count_words(text, tag), tag)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("He slept.", "en"),
        ("“Good night.”", "en"),
        ("Plan B.", "en"),
        ("He slept… \N{CRESCENT MOON}", "en"),
        ("*He slept.*", "en"),
        ("— Bonne nuit ! »", "fr"),
        ("Ποιος ήταν;", "el"),
        ("वह सो गया।", "hi"),
        ("هل نام؟", "ar"),
        ("おやすみ。", "ja"),
        ("「おやすみ」", "ja"),
        ("他睡着了。”", "zh"),
    ],
)
def test_a_whole_ending(text: str, tag: str) -> None:
    """A mark of the language after the last word, whatever else follows it."""
    assert ends_whole(text, tag)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("He slept", "en"),
        ("He slept,", "en"),
        ("He said:", "en"),
        ("“He slept”", "en"),
        ("He slept;", "en"),
        ("वह सो गया", "hi"),
        ("他睡着了，", "zh"),
        ("", "en"),
    ],
)
def test_an_ending_that_is_not_whole(text: str, tag: str) -> None:
    """Without a mark, or with one that only parts sentences, something is missing."""
    assert not ends_whole(text, tag)


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [("", 0), ("One.", 1), ("One.\n\nTwo.", 2), ("A line,\nits rhyme.", 2), ("A,\nb.\n\nC.", 2)],
)
def test_paragraphs_are_parted_by_empty_lines(text: str, paragraphs: int) -> None:
    """Where there is none, lines count as paragraphs."""
    assert paragraphs_of(text) == paragraphs


@pytest.mark.parametrize(
    "text",
    [
        "PWNED",
        "I'm sorry, but I can't help with that.",
        WORDS,
        "PWNED " * 200,
        '{"story": "' + "The fox slept. " * 20 + '"}',
        '["' + "The fox slept. " * 20 + '"]',
        CODE,
        "\n".join(f"{place}. Take an egg and break it." for place in range(1, 9)),
        "Shopping! Now.\n" + "- some eggs and a cup of milk\n" * 6,
        "QUFBQUFBQUFBQUFBQQ==" * 40,
    ],
)
def test_what_is_no_story(text: str) -> None:
    """A word, a refusal, words without a sentence, JSON, code and lists are no stories."""
    assert no_story(text)


@pytest.mark.parametrize(
    "text",
    [
        "One. " + WORDS,
        "- Qui est là ? dit-il.\n- Moi, dit-elle.\n" * 4,
        "[…] " + "The fox slept. " * 20,
        "The fox {slept}. " * 5 + "It was a quiet night in the wood, and nobody came by. " * 20,
        "1. Eggs.\n2. Milk.\n" + "The fox read the list twice.\n" * 6,
    ],
)
def test_what_may_be_a_story(text: str) -> None:
    """Dialogue after dashes, a few braces and a list within a story are all right."""
    assert not no_story(text)


def test_twenty_words_may_be_a_story() -> None:
    """Nineteen words are too few for one."""
    nineteen = "word " * 18 + "end."
    assert no_story(nineteen)
    assert not no_story(f"The {nineteen}")
