"""White space, length and the last sentence of the prose."""

import pytest

from conteur.domain.draft.prose import Prose
from conteur.domain.draft.sentences import LONGEST_UNDECIDED, SentenceEnds


def read(*pieces: str, target: int = 400, cut: bool = False) -> list[str]:
    prose = Prose(target, "en")
    return [*map(prose.feed, pieces), prose.finish(cut=cut)]


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("  \n a", "a"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("a \n \n b", "a\n\n b"),
        ("a  b", "a b"),
        ("a \nb", "a\nb"),
        ("a\n\n\u3000b", "a\n\n\u3000b"),
        ("a\u00a0! b", "a\u00a0! b"),
        ("a" + " " * 99 + "\n" + " " * 99 + "b", "a\n        b"),
    ],
)
def test_white_space_is_tidied(raw: str, tidy: str) -> None:
    """One empty line at most, no runs of spaces, and indents and no-break spaces as they are."""
    assert "".join(read(raw)) == tidy
    assert "".join(read(*raw)) == tidy


def test_white_space_is_held_until_prose_follows() -> None:
    """A story never ends with white space that was already shown."""
    assert read("a ", " \n", "\n", "b\n") == ["a", "", "", "\n\nb", ""]


def test_the_target_may_fall_inside_a_piece() -> None:
    """The words up to the target are released, and the rest waits for its sentence's end."""
    assert read("one two three four", " five. Six", target=2) == [
        *("one two", " three four five.", " Six")
    ]


def test_a_sentence_is_released_with_the_first_piece_that_shows_its_end() -> None:
    """A full stop at the end of a piece waits for the next sentence, and no longer."""
    assert read("One. Two", ".", " Three", target=1) == ["One.", "", " Two.", " Three"]


@pytest.mark.parametrize(("cut", "last"), [(True, " Three."), (False, " Three. Fo")])
def test_only_a_cut_drops_what_is_unfinished(*, cut: bool, last: str) -> None:
    """A model that ended by itself meant its last words."""
    pieces = read("One. Two. Three", ". Fo", target=1, cut=cut)
    assert "".join(pieces) == "One. Two." + last


def test_a_sentence_before_an_endless_run_of_marks_is_the_last() -> None:
    """A model that got stuck is cut back to its last whole sentence."""
    assert "".join(read("One. Two. Three", *["..."] * 40, target=1, cut=True)) == "One. Two."


@pytest.mark.parametrize("language", ["en", "fr", "el", "ja"])
@pytest.mark.parametrize("piece", ["...", "。。。", ';!"', "***", " »", '" "', "*\n*", "a, "])
def test_each_piece_is_searched_with_a_short_tail(
    piece: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is examined grows with the text, not with its square, whatever the model repeats."""
    searched: list[int] = []

    class Searched(SentenceEnds):
        def last(self, text: str, start: int = 0) -> int:
            searched.append(len(text) - start)
            return super().last(text, start)

    monkeypatch.setattr("conteur.domain.draft.prose.SentenceEnds", Searched)
    prose = Prose(1, language)
    for part in ["one two", *[piece] * 300]:
        prose.feed(part)
    assert 0 < max(searched) <= LONGEST_UNDECIDED + 2 * len(piece)
