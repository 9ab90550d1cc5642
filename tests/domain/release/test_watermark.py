"""The watermark is found in every writing, wherever it stands."""

import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.release.watermark import LEAST_LETTERS, WatermarkSearch, normalised
from tests.domain.pieces import PLACES, pieces_of

MARK = "9f86d081884c7d65"
AROUND = st.text(max_size=20)


def found(text: str, mark: str = MARK) -> bool:
    search = WatermarkSearch(mark)
    search.feed(text)
    return search.found


WRITINGS = [
    MARK,
    MARK.upper(),
    MARK[::-1],
    codecs.encode(MARK, "rot13"),
    MARK.encode().hex(),
    MARK.encode().hex(" "),
    MARK.upper().encode().hex(),
    " ".join(MARK),
    "-".join(MARK),
    "\n* ".join(MARK),
    "_".join(MARK),
    *(base64.b64encode(before + MARK.encode()).decode() for before in (b"", b"a", b"ab", b"abc")),
    base64.b64encode(b"It is " + MARK.upper().encode() + b", they say.").decode(),
    base64.urlsafe_b64encode(MARK.encode()).decode(),
]


@pytest.mark.parametrize("writing", WRITINGS)
def test_every_writing_is_found(writing: str) -> None:
    """As it is, backwards, coded, or spelled out, the mark is found in the middle of a text."""
    assert found(f"The owl said {writing}, and slept.")


@given(before=AROUND, after=AROUND, places=PLACES)
@pytest.mark.parametrize("writing", WRITINGS[:4])
def test_found_however_cut(writing: str, before: str, after: str, places: list[int]) -> None:
    """The mark is found in pieces of any size."""
    search = WatermarkSearch(MARK)
    for piece in pieces_of(f"{before} {writing} {after}", places):
        search.feed(piece)
    assert search.found


@given(mark=st.text(alphabet="0a1", min_size=4, max_size=9), text=st.text(alphabet="0a1 ."))
def test_found_exactly_where_it_is(mark: str, text: str) -> None:
    """A mark that repeats itself is found, and a text without any of its writings is none."""
    written = {mark, mark[::-1], codecs.encode(mark, "rot13")}
    assert found(text, mark) == any(each in normalised(text) for each in written)


@given(text=st.text(), places=PLACES)
def test_a_part_of_the_mark_is_no_mark(text: str, places: list[int]) -> None:
    """No other text is taken for it, nor are its first letters alone."""
    search = WatermarkSearch(MARK)
    for piece in pieces_of(MARK[:-1] + "! " + text, places):
        search.feed(piece)
    assert search.found == (normalised(text)[:1] == MARK[-1])


def test_what_may_begin_the_mark() -> None:
    """From LEAST_LETTERS letters on, the end of the text that may begin the mark is told."""
    search = WatermarkSearch(MARK)
    letters = [search.feed(letter) for letter in "a 9-f8 6d!"]
    assert letters == [0, 0, 0, 0, 0, 0, 0, LEAST_LETTERS, 5, 5]


def test_without_a_mark() -> None:
    """Where the instructions have no mark, none is sought."""
    assert not found("", "")
    assert not found("any text", "-a-n-y-"[:4])
