"""What a real connection on loopback tells."""

import socket
import struct
from collections.abc import Iterator

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from conteur.entrypoints.callable.connection import WAIT_SECONDS, Connection

RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, for 0 seconds


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection: the client's, and ours with gunicorn's time-out."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        ours, _ = server.accept()
        with ours:
            Connection(ours).bound_waits()
            yield client, ours


Ends = tuple[socket.socket, socket.socket]


class Answering(socket.socket):
    """Answers each question about TCP in the same way."""

    answer: bytes | OSError = b""

    def getsockopt(self, *_: object) -> bytes:  # type: ignore[override] # typeshed has overloads
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer


def _tcp_info(milliseconds: int) -> bytes:
    return bytes(52) + struct.pack("=I", milliseconds)


def test_a_client_that_waits(ends: Ends) -> None:
    """A client that waits for its answer, silent or not, is there, and nothing is read of it."""
    client, ours = ends
    assert not Connection(ours).has_ended()
    client.sendall(b"next")
    assert not Connection(ours).has_ended()
    assert ours.recv(4) == b"next"


@pytest.mark.parametrize("how", ["closes", "resets", "half-closes"])
def test_a_client_that_leaves(ends: Ends, how: str) -> None:
    """A client that closes, resets or half closes its end has left."""
    client, ours = ends
    if how == "resets":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    if how == "half-closes":
        client.shutdown(socket.SHUT_WR)
    else:
        client.close()
    assert Connection(ours).has_ended()


def test_no_connection() -> None:
    """A server that does not hand its connection over leaves everything unknown."""
    connection = Connection.of(Request(EnvironBuilder().get_environ()))
    connection.bound_waits()
    assert (connection.queued_seconds(), connection.has_ended()) == (0.0, False)


def test_queued(ends: Ends) -> None:
    """Of a connection whose data has just come in, next to no wait is told."""
    client, ours = ends
    client.sendall(b"call")
    ours.recv(4, socket.MSG_PEEK)
    assert 0.0 <= Connection(ours).queued_seconds() < 5.0


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (_tcp_info(2_500), 2.5),
        (_tcp_info(0), 0.0),
        (_tcp_info(600_000), 600.0),
        (_tcp_info(600_001), 0.0),
        (_tcp_info(2**32 - 1), 0.0),
        (b"", 0.0),
        (OSError(95, "Operation not supported"), 0.0),
    ],
    ids=["a wait", "gVisor", "longest", "nonsense", "negative", "too short", "no TCP"],
)
def test_what_the_system_tells(answer: bytes | OSError, seconds: float) -> None:
    """A wait is taken from the system's answer, and counts as none where that makes no sense."""
    with Answering() as ours:
        ours.answer = answer
        assert Connection(ours).queued_seconds() == seconds


def test_not_tcp() -> None:
    """A connection that is not TCP tells of no wait."""
    ours, client = socket.socketpair()
    with ours, client:
        assert Connection(ours).queued_seconds() == 0.0


@pytest.mark.parametrize("which", [socket.SO_RCVTIMEO, socket.SO_SNDTIMEO])
def test_bounded_waits(ends: Ends, which: int) -> None:
    """The system ends a read or a write that waits for too long, without Python's own time-out."""
    _, ours = ends
    seconds, _ = struct.unpack("@ll", ours.getsockopt(socket.SOL_SOCKET, which, 16))
    assert (seconds, ours.gettimeout()) == (WAIT_SECONDS, None)
