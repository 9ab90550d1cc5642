"""Server-sent events: bytes in, each event's data out."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conteur.adapters.openai_api.sse import EventReader


def payloads(chunks: Iterable[bytes]) -> list[bytes]:
    reader = EventReader()
    whole = [data for chunk in chunks for data in reader.feed(chunk)]
    return [*whole, *reader.end()]


def test_each_event_gives_its_data() -> None:
    """The data of each event is yielded without the field's name and its one space."""
    assert payloads([b"data: one\n\ndata:two\n\n"]) == [b"one", b"two"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_both_line_ends_are_understood(end: bytes) -> None:
    """Lines may end with LF or CRLF."""
    assert payloads([b"data: one" + end * 2 + b"data: two" + end * 2]) == [b"one", b"two"]


def test_comments_and_other_fields_are_passed_over() -> None:
    """Comment lines, event names and ids are no data."""
    sent = b": still thinking\n\nevent: delta\nid: 4\ndata: one\n\nretry: 5\n\n"
    assert payloads([sent]) == [b"one"]


def test_several_data_lines_are_one_payload() -> None:
    """Data on several lines is joined by line ends, as the standard says."""
    assert payloads([b"data: {\ndata: }\n\n"]) == [b"{\n}"]


def test_a_unicode_line_separator_ends_no_line() -> None:
    """U+2028 and U+0085 inside the data do not cut it."""
    told = "a\u2028b\u0085c".encode()
    assert payloads([b"data: " + told + b"\n\n"]) == [told]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_what_the_end_leaves_open_is_read(end: str) -> None:
    """The last event counts even where the server forgot its empty line, or its line end too."""
    assert payloads([f"data: one\n\ndata: [DONE]{end}".encode()]) == [b"one", b"[DONE]"]


def test_an_event_is_read_as_soon_as_it_is_whole() -> None:
    """No event waits for the bytes of the next one."""
    reader = EventReader()
    assert reader.feed(b"data: one\n") == []
    assert reader.feed(b"\ndata: t") == [b"one"]
    assert reader.feed(b"wo\n\n") == [b"two"]
    assert reader.end() == []


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), max_size=8))
def test_where_the_network_cuts_does_not_matter(cuts: list[int]) -> None:
    """However the bytes arrive, even cut within a character, the events are the same."""
    sent = 'data: {"text": "Zoé 🦊"}\r\n\r\ndata: two\n\n: c\n\ndata: 3\n'.encode()
    edges = [0, *sorted(cuts), len(sent)]
    chunks = [sent[start:end] for start, end in pairwise(edges)]
    assert payloads(chunks) == payloads([sent])
