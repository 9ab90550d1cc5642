"""Sockets on which no wait outlives its attempt: before there is a request to send."""

import socket
import ssl
import threading

import httpcore2
import pytest

from conteur.adapters.openai_api.bounds import AttemptBounds
from conteur.adapters.openai_api.network import BoundedBackend, addresses_of, resolve
from conteur.adapters.openai_api.transport import bounded_by
from conteur.domain.deadline import Deadline
from conteur.errors import ClientGoneError
from tests.adapters.conftest import AMPLE, CLOCK
from tests.adapters.scripted_server import PATIENCE


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
