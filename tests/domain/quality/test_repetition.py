"""What a text says again."""

import pytest

from conteur.domain.quality.repetition import repetition
from tests.domain.quality.texts import DECLARATION


def numbered(count: int) -> str:
    return " ".join(f"word{place}" for place in range(count))


def test_a_text_without_a_repeated_run_has_none() -> None:
    """A hundred different words repeat nothing."""
    assert repetition(numbered(100), "en") == 0


def test_what_is_told_twice_is_half_repetition() -> None:
    """Of 197 runs, 97 came before: three more span the seam."""
    once = numbered(100)
    assert repetition(f"{once} {once}", "en") == pytest.approx(97 / 197)


def test_letter_case_and_marks_do_not_make_it_new() -> None:
    """A refrain that is shouted is the same refrain."""
    once = numbered(100)
    assert repetition(f"{once}! {once.upper()}?", "en") == repetition(f"{once} {once}", "en")


@pytest.mark.parametrize("tag", ["zh", "ja"])
def test_languages_without_spaces_repeat_characters(tag: str) -> None:
    """The same text twice is half repetition there too."""
    assert repetition(DECLARATION[tag] * 2, tag) == pytest.approx(0.5, abs=0.03)
    assert repetition(DECLARATION[tag], tag) < 0.1


def test_vowel_signs_belong_to_words() -> None:
    """Hindi's words are not cut at their vowel signs, which would make runs of four letters."""
    assert repetition(DECLARATION["hi"], "hi") < 0.1


def test_a_few_words_have_no_share() -> None:
    """Forty-two words have 39 runs, which are too few; one more says what they repeat."""
    loop = "on and on and on and on " * 10
    assert repetition(" ".join(loop.split()[:42]), "en") == 0
    assert repetition(" ".join(loop.split()[:43]), "en") > 0.8
