"""The instructions' words are found in a text."""

import pytest
from hypothesis import given

from conteur.domain.release.wording import Wording
from tests.domain.pieces import PLACES, pieces_of

INSTRUCTIONS = (
    "You are a storyteller. Write one original story in English for children of 6 to 8. Let "
    "something be at stake from the first lines, and let the end answer the beginning."
)


def quotes(*pieces: str) -> bool:
    wording = Wording((INSTRUCTIONS,))
    for piece in pieces:
        wording.feed(piece)
    wording.finish()
    return wording.quotes


@pytest.mark.parametrize(
    "text",
    [
        INSTRUCTIONS,
        "He read: YOU ARE A STORYTELLER -- write, one; original story!",
        "You\nare\na\nstoryteller\nwrite\none\noriginal\nstory",
        "> You_are_a_storyteller_Write_one_original_story",
    ],
)
def test_eight_words_in_a_row(text: str) -> None:
    """Eight words as they stand there repeat the instructions, whatever the punctuation."""
    assert quotes(text)


@pytest.mark.parametrize(
    "text",
    [
        "You are a storyteller. Write one original tale in English for children.",
        "You are a storyteller, are you a storyteller? Write one original poem!",
        "storyteller a are You",
        "",
    ],
)
def test_fewer_words_are_none(text: str) -> None:
    """Seven words in a row, or the same words in another order, are an accident."""
    assert not quotes(text)


def test_words_scattered_over_a_text() -> None:
    """Many runs of four words and more are no accident, each of which could be one."""
    words = INSTRUCTIONS.split()
    scraps = [" ".join(words[start : start + 5]) for start in range(0, 25, 5)]
    assert quotes(" hop ".join(scraps))
    assert not quotes(" hop ".join(scraps[:4]))


def test_a_refrain_counts_once() -> None:
    """A run that comes again and again is what a story does, also if it grows by a word."""
    assert not quotes("Something be at stake from the first, sang the owl. " * 20)
    assert not quotes("You are a storyteller! " * 20, "You are a storyteller. Write! " * 20)


def test_a_refrain_does_not_hide_what_is_new() -> None:
    """Among its repetitions, other runs still add up."""
    words = INSTRUCTIONS.split()
    scraps = [" ".join(words[start : start + 5]) for start in range(0, 25, 5)]
    assert quotes(f" hop {scraps[0]} hop ".join(scraps))


def test_words_on_both_sides_of_a_gap_are_no_run() -> None:
    """No run goes across what is filled in between two texts."""
    wording = Wording(("Write one original story in", "for the reader, as you are told"))
    wording.feed("Write one original story in for the reader, as you are.")
    assert not wording.quotes


def test_what_may_become_a_quotation() -> None:
    """From the end of a run's third word on, the text may turn out to repeat the instructions."""
    wording, held = Wording((INSTRUCTIONS,)), []
    for piece in ("Ah: you ", "are a", " story", "teller ", "who "):
        wording.feed(piece)
        held.append(wording.in_a_run and wording.held_from)
    assert held == [False, False, 13, 13, False]


@given(places=PLACES)
def test_however_cut(places: list[int]) -> None:
    """Pieces of any size are read alike."""
    assert quotes(*pieces_of("So: you are a storyteller, write one original story", places))
    assert not quotes(*pieces_of("So: you are a storyteller, write one original sto", places))


def test_very_long_words() -> None:
    """Scripts without spaces make words of any length, of which little is kept."""
    wording = Wording((INSTRUCTIONS,))
    for _ in range(10_000):
        wording.feed("狐")
    assert len(wording._unfinished) <= 64  # noqa: SLF001 - memory has no other witness
