"""The load knows an answer's end, its first text, and whether it is right."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.bench.load import call, calls
from tests.bench.peers import Call

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
STORY = b'data: {"message":{"seq":1,"type":"delta","text":"One"}}\n\n'
START = b'data: {"message":{"seq":0,"type":"start","storyId":"1"}}\n\n'
RESULT = b'data: {"result":"right"}\n\n'


def headed(body: bytes, *, status: int = 200, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d Any\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), more, body)


def chunked(*pieces: bytes) -> bytes:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks


@dataclass
class Canned:
    """A server that has one answer, and counts its connections; `hangs_up` after each answer."""

    port: int
    connections: int = 0


@contextmanager
def canned(answer: bytes, *, hangs_up: bool = False) -> Iterator[Canned]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            served.connections += 1
            while self.rfile.readline():
                while self.rfile.readline().strip():
                    pass
                self.wfile.write(answer)
                if hangs_up:
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        served = Canned(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def request(*, streamed: bool = False) -> Call:
    return Call(REQUEST, streamed, lambda answer: bool(answer["result"] == "right"))


@pytest.mark.parametrize(
    ("body", "ok"),
    [(b'{"result": "right"}', True), (b'{"result": "wrong"}', False), (b"{}", False), (b"", False)],
)
def test_a_whole_answer(body: bytes, ok: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """A whole answer is right if its result is."""
    with canned(headed(body)) as server:
        answer = call(server, request())
    assert (answer.status, answer.ok, answer.first_ms) == (200, ok, None)


def test_a_refusal() -> None:
    """A refusal is told by its status, and is not a right answer."""
    with canned(headed(b'{"result": "right"}', status=401)) as server:
        answer = call(server, request())
    assert (answer.status, answer.ok) == (401, False)


def test_a_stream() -> None:
    """A stream's first text is noted, and its last event is its result."""
    with canned(chunked(START, STORY, RESULT)) as server:
        answer = call(server, request(streamed=True))
    assert (answer.status, answer.ok) == (200, True)
    assert answer.first_ms is not None
    assert 0 < answer.first_ms <= answer.total_ms


@pytest.mark.parametrize(
    "message",
    [b'{"seq":0,"type":"start","storyId":"1"}', b'{"text": ""}', b'""'],
)
def test_what_is_no_text(message: bytes) -> None:
    """A stream's start, and an empty piece, are no text of the story."""
    with canned(chunked(b'data: {"message":%s}\n\n' % message, RESULT)) as server:
        answer = call(server, request(streamed=True))
    assert (answer.ok, answer.first_ms) == (True, None)


def test_connections_are_kept() -> None:
    """Each client makes its calls on one connection, where the server keeps it."""
    with canned(chunked(STORY, RESULT)) as server:
        answers = calls(server, [request(streamed=True)] * 20, at_once=2)
    assert all(answer.ok for answer in answers)
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        headed(b'{"result": "right"}', more=b"Connection: close\r\n"),
        b'HTTP/1.1 200 OK\r\n\r\n{"result": "right"}',
    ],
)
def test_connections_that_the_server_closes(answer: bytes) -> None:
    """A client connects again where the server hangs up after its answer."""
    with canned(answer, hangs_up=True) as server:
        answers = calls(server, [request()] * 3, at_once=1)
    assert [answer.ok for answer in answers] == [True] * 3
    assert server.connections == 3


def test_a_broken_answer() -> None:
    """An answer that breaks off has no status."""
    with canned(chunked(STORY)[:-9], hangs_up=True) as server:
        answer = call(server, request(streamed=True))
    assert (answer.status, answer.ok) == (0, False)
