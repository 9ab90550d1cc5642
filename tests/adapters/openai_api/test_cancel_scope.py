"""How another thread ends an attempt's wait."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from conteur.adapters.openai_api.cancel_scope import CancelScope
from conteur.errors import ClientGoneError
from tests.adapters.scripted_server import PATIENCE
from tests.adapters.tls import TlsPair

Line = tuple[socket.socket, socket.socket]


@pytest.fixture
def line() -> Iterator[Line]:
    """A connection: our end, and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(PATIENCE)
        yield ours, theirs


def is_whole(line: Line) -> bool:
    ours, theirs = line
    theirs.sendall(b"?")
    return ours.recv(1) == b"?"


def test_a_wait_for_bytes_ends_at_once(line: Line) -> None:
    """A thread that reads comes back with nothing, and the server hears that all is over."""
    ours, theirs = line
    scope = CancelScope()
    scope.hold(ours)
    with ThreadPoolExecutor(1) as executor:
        reading = executor.submit(ours.recv, 1)
        scope.cancel()
        assert reading.result(PATIENCE) == b""
    assert theirs.recv(1) == b""


def test_the_tls_state_is_left_to_the_thread_that_reads(line: Line, tls: TlsPair) -> None:
    """A read over TLS ends like any other, never in the middle of what it works with."""
    ours, theirs = line
    scope = CancelScope()
    with ThreadPoolExecutor(1) as executor:
        accepting = executor.submit(tls.server.wrap_socket, theirs, server_side=True)
        with tls.client.wrap_socket(ours, server_hostname="127.0.0.1") as secured:
            scope.hold(secured)
            with accepting.result(PATIENCE):
                scope.cancel()
                assert secured.version() is not None
                assert secured.recv(1) == b""


def test_what_was_released_is_spared(line: Line) -> None:
    """A connection that went back to the pool is not cut: it may serve another attempt."""
    scope = CancelScope()
    scope.hold(line[0])
    scope.release()
    scope.cancel()
    assert is_whole(line)


def test_what_is_held_only_in_a_block_is_spared_after_it(line: Line) -> None:
    """A socket that is waited on in a block is no longer held after the block."""
    scope = CancelScope()
    with scope.holding(line[0]):
        pass
    scope.cancel()
    assert is_whole(line)


def test_releasing_an_earlier_connection_keeps_the_later_one_held(line: Line) -> None:
    """The pool may close an attempt's first connection while the attempt waits on its second."""
    ours, theirs = line
    scope = CancelScope()
    with socket.socket() as earlier:
        scope.hold(earlier)
        scope.hold(ours)
        scope.release(earlier)
    scope.cancel()
    assert theirs.recv(1) == b""


def test_nothing_is_waited_for_once_cancelled(line: Line) -> None:
    """A connection that is made while the client leaves is not used any more."""
    scope = CancelScope()
    scope.cancel()
    with pytest.raises(ClientGoneError, match="send the same request again"):
        scope.hold(line[0])
    assert is_whole(line)


def test_a_server_that_hung_up_first_changes_nothing() -> None:
    """To cut a connection that is no longer there is no error."""
    scope = CancelScope()
    with socket.socket() as unconnected:
        scope.hold(unconnected)
        scope.cancel()
    assert scope.cancelled
