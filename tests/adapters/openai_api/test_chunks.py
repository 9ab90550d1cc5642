"""Chunks that came together become one, and the response stays what it was."""

from itertools import pairwise

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conteur.adapters.openai_api.chunks import ChunkJoiner

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


class Heard:
    """What an HTTP library makes of the bytes: the data of each chunk, the end, or an error."""

    def __init__(self) -> None:
        self._reader = h11.Connection(h11.CLIENT)
        request = h11.Request(method="GET", target="/", headers=[("Host", "model.test")])
        self._reader.send(request)
        self._reader.send(h11.EndOfMessage())
        self.data: list[bytes] = []
        self.ending = ""

    @property
    def text(self) -> bytes:
        return b"".join(self.data)

    def feed(self, sent: bytes) -> None:
        if not self.ending:
            self._reader.receive_data(sent)
            self._read()

    def _read(self) -> None:
        try:
            while (event := self._reader.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Data):
                    self.data.append(bytes(event.data))
                if isinstance(event, h11.EndOfMessage):
                    self.ending = "end"
                    return
        except h11.RemoteProtocolError:
            self.ending = "error"


def joined(*pieces: bytes) -> list[bytes]:
    joiner = ChunkJoiner()
    return [joiner.feed(piece) for piece in pieces]


def test_chunks_that_come_together_become_one() -> None:
    """A burst of tokens is one chunk to whoever reads it."""
    heard = Heard()
    heard.feed(joined(HEAD + chunk(b"Once ") + chunk(b"upon ") + chunk(b"a") + END)[0])
    assert (heard.data, heard.ending) == ([b"Once upon a"], "end")


def test_a_chunk_that_comes_alone_is_passed_on_at_once() -> None:
    """No token waits for the next one."""
    assert joined(HEAD, chunk(b"Once "), chunk(b"upon")) == [HEAD, chunk(b"Once "), chunk(b"upon")]


def test_a_part_of_a_chunk_is_passed_on_at_once() -> None:
    """A chunk that is cut by the network holds nothing back but a part of its size."""
    head, begun, rest = joined(HEAD, b"5\r\nOn", b"ce \r\n4")
    assert (head, begun, rest) == (HEAD, b"5\r\nOn", b"ce \r\n")


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nOnce\r\n",
        b"5;name=value\r\nOnce \r\n" + END,
        b"4\r\nOnce and too much\r\n" + END,
        b"-5\r\nOnce \r\n",
        b"0\r\nTrailer: one\r\n\r\n",
        b"123456789\r\n",
    ],
)
def test_what_is_not_understood_is_passed_on_as_it_is(body: bytes) -> None:
    """Whether it is wrong is for the HTTP library to say."""
    assert b"".join(joined(HEAD, body)) == HEAD + body
    assert joined(HEAD + body)[0] == HEAD + body


def test_a_body_of_known_length_is_left_alone() -> None:
    """What looks like chunks in a body that has none is the body's text."""
    assert joined(SIZED + chunk(b"O") + chunk(b"n")) == [SIZED + chunk(b"O") + chunk(b"n")]


def test_an_endless_head_is_not_held_for_ever() -> None:
    """A server that sends headers without an end meets the HTTP library's own limit."""
    joiner = ChunkJoiner()
    passed = [joiner.feed(b"X" * 20_000) for _ in range(5)]
    assert b"".join(passed) == b"X" * 100_000


def test_what_was_held_is_given_at_the_end() -> None:
    """A connection that ends within a chunk's size leaves the HTTP library all that came."""
    joiner = ChunkJoiner()
    assert joiner.feed(HEAD + chunk(b"Once ") + b"1f") == HEAD + chunk(b"Once ")
    assert (joiner.end(), joiner.end()) == (b"1f", b"")


@settings(deadline=None, max_examples=300)
@given(
    tokens=st.lists(st.binary(min_size=1, max_size=20), max_size=8),
    cuts=st.lists(st.integers(0, 250), max_size=8),
    head=st.sampled_from([HEAD, INTERIM + HEAD, HEAD.replace(b"\r\n", b"\n")]),
    damage=st.none() | st.tuples(st.integers(0, 250), st.binary(min_size=1, max_size=3)),
)
def test_a_response_says_the_same_wherever_it_is_cut(
    tokens: list[bytes], cuts: list[int], head: bytes, damage: tuple[int, bytes] | None
) -> None:
    """At every moment as much of the text has been heard as without joining, whole or damaged."""
    sent = head + b"".join(map(chunk, tokens)) + END
    if damage is not None:
        sent = sent[: damage[0]] + damage[1] + sent[damage[0] :]
    edges = sorted({0, *(min(cut, len(sent)) for cut in cuts), len(sent)})
    joiner, with_joining, without = ChunkJoiner(), Heard(), Heard()
    for start, end in pairwise(edges):
        without.feed(sent[start:end])
        if passed := joiner.feed(sent[start:end]):
            with_joining.feed(passed)
        if not without.ending:
            assert with_joining.text == without.text
    if rest := joiner.end():
        with_joining.feed(rest)
    assert (with_joining.text, with_joining.ending) == (without.text, without.ending)
