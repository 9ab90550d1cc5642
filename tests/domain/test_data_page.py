"""Pages of a user's data, and where the next one begins."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.data_page import (
    LONGEST_TOKEN,
    MOST_BYTES,
    DataDocument,
    DataPage,
    page_of,
    page_token,
    path_in,
)
from conteur.errors import InvalidFieldError

ids = st.text("abcXYZ019-_éß ", min_size=1, max_size=40).filter(
    lambda name: not (name.startswith("__") and name.endswith("__"))
)


def documents(*sizes: int) -> list[DataDocument]:
    return [DataDocument(f"stories/{n}", {"text": "x" * size}) for n, size in enumerate(sizes)]


def numbers(page: DataPage) -> list[str]:
    return [document.path.partition("/")[2] for document in page.documents]


@pytest.mark.parametrize(("kept", "last"), [(1, ""), (2, ""), (3, "stories/1")])
def test_a_page_has_as_many_as_were_asked_for(kept: int, last: str) -> None:
    """Only where there is one more does a next page begin, after the last one shown."""
    page = page_of(documents(*[1] * kept), 2)
    assert (len(page.documents), page.last) == (min(kept, 2), last)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((MOST_BYTES // 2 - 20, MOST_BYTES // 2 - 20, 100), ["0", "1"]),
        ((MOST_BYTES // 2, MOST_BYTES // 2), ["0"]),
        ((2 * MOST_BYTES, 1), ["0"]),
        ((1, 2 * MOST_BYTES), ["0"]),
    ],
)
def test_a_page_can_be_sent(sizes: tuple[int, ...], shown: list[str]) -> None:
    """A page ends before it is too large, but is never empty where there is a document."""
    page = page_of(documents(*sizes), 100)
    assert (numbers(page), bool(page.last)) == (shown, True)


def test_bytes_are_counted_as_they_are_sent() -> None:
    """A text counts by its UTF-8, and with what JSON adds to it."""
    half = "\N{FOX FACE}" * (MOST_BYTES // 8)
    assert len(page_of([DataDocument("a/b", {"t": half})] * 2, 9).documents) == 1


def test_no_more_is_read_than_is_shown() -> None:
    """Of an endless collection one document more is looked at than the page has."""
    read = []

    def endless() -> Iterator[DataDocument]:
        while True:
            read.append(1)
            yield DataDocument(f"stories/{len(read)}", {})

    page_of(endless(), 3)
    assert len(read) == 4


@given(st.lists(st.tuples(ids, ids), min_size=1, max_size=3))
def test_a_token_leads_to_its_path(pairs: list[tuple[str, str]]) -> None:
    """Whatever a document is called, and however deep it lies, its token is read back."""
    path = "/".join(each for pair in pairs for each in pair)
    assert path_in(page_token(path)) == path


def test_the_longest_path_fits() -> None:
    """A token of the longest name that a document of ours could have is taken."""
    assert len(page_token("stories/" + "x" * 1_500)) <= LONGEST_TOKEN


@pytest.mark.parametrize(
    "path",
    [
        *("", "stories", "stories/", "/stories", "a/b/c", "a//b/c", "..", "../..", "a/..", "./a"),
        *("stories/__x__", "__a__/b", "stories/" + "x" * 1_501, "stories/" + "é" * 751),
    ],
)
def test_no_other_path_is_taken(path: str) -> None:
    """A token that was made up leads nowhere: not up, and to no name that Firestore refuses."""
    with pytest.raises(InvalidFieldError) as error:
        path_in(path.encode().hex())
    assert error.value.facts == {"field": "pageToken"}


@pytest.mark.parametrize("token", ["x", "abc", "zz", "ff", "c3", "é", "0x61", "stories/1"])
def test_what_is_no_token(token: str) -> None:
    """Text that is no hexadecimal UTF-8 is refused by its field, and not repeated."""
    with pytest.raises(InvalidFieldError) as error:
        path_in(token)
    assert error.value.facts == {"field": "pageToken"}
