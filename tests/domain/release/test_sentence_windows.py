"""A text is cut into windows of sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.release.sentence_windows import (
    MOST_CHARACTERS,
    USUAL_CHARACTERS,
    SentenceWindows,
)
from tests.domain.pieces import PLACES, pieces_of

SENTENCE = "The small red fox ran along the river as fast as it could. "
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["He ran. ", "« Qui ? » ", "夜だった。", "\n\n", "M. Fox ", "word " * 300]),
    )
).map("".join)


def windows(language: str, *pieces: str) -> list[str]:
    cutter = SentenceWindows(language)
    cut = [window for piece in pieces for window in cutter.feed(piece)]
    return [*cut, cutter.finish()]


@given(text=TEXTS, places=PLACES, language=st.sampled_from(["en", "fr", "ja"]))
def test_windows_together_are_the_text(text: str, places: list[int], language: str) -> None:
    """Nothing is lost, added or moved, however the text comes, and no window is too long."""
    cut = windows(language, *pieces_of(text, places))
    assert "".join(cut) == text
    assert all(0 < len(window) <= MOST_CHARACTERS for window in cut[:-1])
    assert len(cut[-1]) <= MOST_CHARACTERS


@pytest.mark.parametrize(
    ("language", "first", "rest"),
    [
        ("en", "He ran.", " She ran too. They sl"),
        ("en", "“Stop!”", " She ran"),
        ("fr", "« Qui est là ? »", " Il atten"),
        ("ja", "夜だった。", "きつねは"),
        ("en", "A verse line\nwithout a stop", "\n\nAnother"),
    ],
)
def test_the_first_window_is_a_sentence(language: str, first: str, rest: str) -> None:
    """The first sentence is there as soon as it has surely ended, in its language's way."""
    cutter = SentenceWindows(language)
    assert [window for letter in first + rest for window in cutter.feed(letter)] == [first]


def test_windows_grow() -> None:
    """Later windows have more sentences, up to the usual length, and end with one."""
    cut = windows("en", *(SENTENCE * 40))
    lengths = [len(window) for window in cut[:-1]]
    assert lengths[0] < lengths[1] < lengths[2] < lengths[3]
    assert all(USUAL_CHARACTERS <= length < 2 * USUAL_CHARACTERS for length in lengths[3:])
    assert all(window.endswith(".") for window in cut[:-1])


def test_a_text_without_sentences_is_cut_between_words() -> None:
    """What never ends is let out all the same, so that neither memory nor delay grows."""
    cutter, cut = SentenceWindows("en"), []
    for _ in range(1000):
        cut += cutter.feed("word ")
    assert {window.strip()[-4:] for window in cut} == {"word"}
    assert all(len(window) > MOST_CHARACTERS - 10 for window in cut)


def test_a_text_without_words_is_cut_too() -> None:
    """Where there is no place to cut, the bound decides."""
    assert len(windows("en", "a" * 2500)[0]) == MOST_CHARACTERS


def test_no_text_no_window() -> None:
    """An empty text has one window, which is empty."""
    assert windows("en") == [""]
