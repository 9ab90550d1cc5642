"""Sockets on which no wait outlives its attempt: before there is a request to send."""

import socket
import ssl
import sys
import threading
from typing import cast

import httpcore2
import pytest

from conteur.adapters.openai_api.bounds import AttemptBounds, ModelLimits
from conteur.adapters.openai_api.network import (
    SLICE_SECONDS,
    BoundedBackend,
    BoundedStream,
    addresses_of,
    attempt,
    is_delivered,
    resolve,
)
from conteur.adapters.openai_api.transport import bounded_by
from conteur.domain.deadline import Deadline
from conteur.errors import ClientGoneError
from tests.adapters.conftest import AMPLE, CLOCK
from tests.adapters.scripted_server import PATIENCE
from tests.fakes import FakeClock


def test_a_look_up_that_hangs_is_left() -> None:
    """A name server that never answers holds a call up no longer than its limit."""
    answered = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        answered.wait(PATIENCE)
        return [f"{host}:{port}"]

    with pytest.raises(httpcore2.ConnectTimeout):
        resolve("example.test", 443, 0.01, hang)
    answered.set()


@pytest.mark.parametrize("problem", [socket.gaierror(-2, "unknown"), UnicodeError("too long")])
def test_a_name_that_nobody_knows_is_a_failed_connection(problem: Exception) -> None:
    """A name that cannot be looked up is told like a server that cannot be reached."""

    def fail(host: str, port: int) -> list[str]:
        del host, port
        raise problem

    with pytest.raises(httpcore2.ConnectError):
        resolve("example.test", 443, PATIENCE, fail)


def test_an_address_needs_no_look_up() -> None:
    """An address in numbers is its own answer, once."""
    assert addresses_of("127.0.0.1", 443) == ["127.0.0.1"]


def test_a_connection_that_comes_too_late_is_closed(ssl_context: ssl.SSLContext) -> None:
    """No handshake begins for a client who left during the connect, and no socket stays open."""
    bounds = AttemptBounds(AMPLE, Deadline(CLOCK.monotonic() + PATIENCE), CLOCK)
    with socket.create_server(("127.0.0.1", 0)) as listener, bounded_by(bounds):
        stream = BoundedBackend().connect_tcp(*listener.getsockname())
        line, _address = listener.accept()
        bounds.scope.cancel()
        with line, pytest.raises(ClientGoneError):
            stream.start_tls(ssl_context)
        assert stream.get_extra_info("socket").fileno() == -1


class TellingSocket(socket.socket):
    """A socket whose system tells of `segments` that nobody has acknowledged."""

    def __init__(self, segments: int | None) -> None:
        super().__init__()
        self.segments = segments

    def getsockopt(self, *_: int) -> bytes:  # type: ignore[override]  # only the longer form is asked
        if self.segments is None:
            raise OSError
        return bytes(24) + self.segments.to_bytes(4, sys.byteorder)


@pytest.mark.parametrize(("segments", "delivered"), [(0, True), (3, False), (None, None)])
def test_what_nobody_acknowledged_is_not_delivered(
    segments: int | None, *, delivered: bool | None
) -> None:
    """The system's count of unacknowledged segments tells a dead line from a slow server."""
    with TellingSocket(segments) as line:
        assert is_delivered(line) is delivered


def test_what_the_server_has_read_is_delivered() -> None:
    """The count is read from where the real system keeps it."""
    near, far = tcp_pair()
    with near, far:
        near.sendall(b"request")
        far.recv(7)
        far.sendall(b"answer")  # carries the acknowledgement
        near.recv(6)
        assert is_delivered(near) is True


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _address = listener.accept()
    return near, far


class SlowLine:
    """A connection on which nothing comes for a few slices of waiting, then `x`, and its end."""

    def __init__(self, silences: int) -> None:
        self._silences = silences
        self._sent = [b"", b"x"]
        self.timeouts: list[float] = []

    def get_extra_info(self, _: str) -> "SlowLine":
        return self

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def getsockopt(self, *_: int) -> bytes:
        return bytes(28)

    def recv(self, _: int) -> bytes:
        if self._silences:
            self._silences -= 1
            raise TimeoutError
        return self._sent.pop()


def read_from(line: SlowLine, seconds: float) -> bytes:
    clock = FakeClock()
    bounds = AttemptBounds(ModelLimits(), Deadline(clock.monotonic() + seconds), clock)
    token = attempt.set(bounds)
    try:
        return BoundedStream(cast("httpcore2.NetworkStream", line)).read(10)
    finally:
        attempt.reset(token)


def test_a_wait_goes_on_over_many_slices() -> None:
    """A slice's end is no end of the wait, and the socket's time-out is set once for all."""
    line = SlowLine(silences=3)
    assert read_from(line, seconds=60) == b"x"
    assert line.timeouts == [SLICE_SECONDS]


def test_the_last_slice_is_as_long_as_the_time_that_is_left() -> None:
    """No read waits for longer than its attempt may."""
    line = SlowLine(silences=0)
    read_from(line, seconds=0.25)
    assert line.timeouts == [0.25]
