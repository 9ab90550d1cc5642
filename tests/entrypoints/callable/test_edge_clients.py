"""What the edge learns from its client's connection."""

import io
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from conteur.entrypoints.callable import Call, Emit, Handler
from conteur.errors import ClientGoneError
from tests.entrypoints.callable.conftest import STREAM, EdgeUnderTest

BODY = b'{"data": {}}'


@pytest.fixture
def client(edge: EdgeUnderTest) -> Iterator[socket.socket]:
    """The client's end of the connection on which the edge's calls come."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        edge.socket = ours
        yield theirs


class Waiting(socket.socket):
    """A connection whose last data came in two and a half seconds ago."""

    def getsockopt(self, *_: object) -> bytes:  # type: ignore[override] # typeshed has overloads
        return bytes(52) + struct.pack("=I", 2_500)


def _doing(act: Callable[[Call], object]) -> Handler:
    def handle(call: Call, _emit: Emit) -> Mapping[str, Any]:
        act(call)
        return {"told": "to the end"}

    return handle


def _left_for_a_second(edge: EdgeUnderTest, client: socket.socket) -> Handler:
    def wait(call: Call) -> None:
        client.close()
        edge.timers.pass_time(1)
        call.cancellation.wait(0)

    return _doing(wait)


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_the_client_leaves(
    edge: EdgeUnderTest, client: socket.socket, headers: dict[str, str]
) -> None:
    """Where clients are watched, a handler hears within a second that its client has left."""
    edge.watch_clients()
    edge.handler = _left_for_a_second(edge, client)
    edge.post(BODY, headers)
    ((error, seconds, _queued),) = edge.observer.ends
    assert isinstance(error, ClientGoneError)
    assert seconds == 1


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_nobody_looks(edge: EdgeUnderTest, client: socket.socket, headers: dict[str, str]) -> None:
    """Where clients are not watched, a handler goes on to its end when its client has left."""
    edge.handler = _left_for_a_second(edge, client)
    edge.post(BODY, headers)
    assert [error for error, *_ in edge.observer.ends] == [None]


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_the_client_waits(
    edge: EdgeUnderTest, client: socket.socket, headers: dict[str, str]
) -> None:
    """A client that waits gets its answer, and nobody looks at its connection afterwards."""
    edge.watch_clients()
    edge.handler = _doing(lambda _call: edge.timers.pass_time(10))
    assert b"to the end" in edge.post(BODY, headers).data
    client.close()
    assert [timer for timer in edge.timers.timers if timer.action] == []


def test_left_in_the_queue(edge: EdgeUnderTest, client: socket.socket) -> None:
    """A client that left while its call waited for a thread has left when the handler begins."""
    edge.watch_clients()
    client.close()
    edge.handler = _doing(lambda call: call.cancellation.wait(0))
    edge.call({})
    assert [error.reason for error, *_ in edge.observer.ends if error] == ["CLIENT_GONE"]


def test_a_write_fails(edge: EdgeUnderTest) -> None:
    """A server that hands no connection over shows by a failed write that the client has left."""
    edge.watch_clients()
    left: list[str] = []

    def tell(call: Call, emit: Emit) -> Mapping[str, Any]:
        emit({"text": "a"})
        with call.cancellation.calling(lambda: left.append("here")):
            edge.timers.pass_time(1)
        return {}

    edge.handler = tell
    _call_over_a_broken_connection(edge)
    assert left == ["here"]


def _call_over_a_broken_connection(edge: EdgeUnderTest) -> None:
    """Call streaming, as a server whose client takes nothing any more."""

    def write(_data: bytes) -> None:
        raise BrokenPipeError

    call = EnvironBuilder(
        method="POST", data=BODY, headers=list(STREAM.items()), content_type="application/json"
    )
    edge.client.application.wsgi_app(call.get_environ(), lambda *_: write)


def test_queue(edge: EdgeUnderTest) -> None:
    """A call has arrived when its bytes came in, however long it then waited for a thread."""
    calls: list[Call] = []
    edge.handler = _doing(calls.append)
    with Waiting() as edge.socket:
        edge.call({})
    assert [(call.received, call.queued) for call in calls] == [(997.5, 2.5)]
    assert edge.observer.ends == [(None, 2.5, 2.5)]


class ServersOwnError(Exception):
    """An error that no other server has, as gunicorn's for a malformed chunk."""


class FailingBody(io.RawIOBase):
    """A body whose reading fails with an error of the server's own kind."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise ServersOwnError


@pytest.mark.parametrize("headers", [{}, STREAM])
def test_a_body_that_cannot_be_read(edge: EdgeUnderTest, headers: dict[str, str]) -> None:
    """Whatever reading a body raises, the client hears that it did not arrive."""
    answer = edge.client.post(
        "/",
        headers=headers,
        environ_overrides={"wsgi.input": FailingBody(), "CONTENT_LENGTH": "9"},
    )
    assert b'"MALFORMED_JSON"' in answer.data
    assert [error.reason for error, _, _ in edge.observer.ends if error] == ["MALFORMED_JSON"]
