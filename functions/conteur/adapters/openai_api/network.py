"""Sockets on which no wait outlives the attempt that it belongs to.

A client's own read time-out is one per gap: a server that drips a byte a second never meets
it. Here each wait, from the name's look-up to the last byte, gets what is left of the
attempt's bounds at that moment, so no watchdog has to cut a socket from another thread. Only
cancelling the attempt's scope does: it ends every wait on a connected socket at once. The
look-up and the TCP connect are not cut, but end within their own limit.
"""

import contextvars
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

import httpcore2

from conteur.adapters.openai_api.bounds import AttemptBounds
from conteur.adapters.openai_api.chunks import ChunkJoiner

# tcpi_unacked of `struct tcp_info` in linux/tcp.h: segments that nobody has acknowledged.
_UNACKNOWLEDGED = struct.Struct("=24xI")

SLICE_SECONDS = 1.0

LookUp = Callable[[str, int], list[str]]

attempt: contextvars.ContextVar[AttemptBounds] = contextvars.ContextVar("attempt")


class BoundedStream(httpcore2.NetworkStream):
    """A connection. It serves one request at a time, from the request's first byte on."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self._socket: socket.socket = stream.get_extra_info("socket")
        self._request = attempt.get()
        self._joiner = ChunkJoiner()
        self._timeout = 0.0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes. Raises DeadlineError, ClientGoneError, and OpenAIError for too many."""
        while data := self._receive(max_bytes, timeout):
            if passed_on := self._joiner.feed(data):
                return passed_on
        return self._joiner.end()

    def _receive(self, max_bytes: int, timeout: float | None) -> bytes:
        """Wait for bytes in slices: to set the socket's time-out for each read costs a switch.

        Every system call lets another thread take the interpreter, and eighty streams wait for it.
        """
        while True:
            self._set_timeout(min(self._request.left(timeout), SLICE_SECONDS))
            try:
                data = self._socket.recv(max_bytes)
            except TimeoutError:
                self._request.fell_silent(delivered=is_delivered(self._socket))
            except OSError as error:
                raise httpcore2.ReadError(error) from error
            else:
                self._request.received(len(data))
                return data

    def _set_timeout(self, seconds: float) -> None:
        if seconds != self._timeout:
            self._socket.settimeout(seconds)
            self._timeout = seconds

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes of the request that the context's attempt makes. Raises as `read` does."""
        self._request = attempt.get()
        self._joiner = ChunkJoiner()
        self._request.scope.hold(self._socket)
        self._request.connected()
        self._timeout = 0.0  # the write sets another one
        self._stream.write(buffer, self._request.left(timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Return the connection with TLS on it. Raises as `read` does.

        The handshake takes the socket over, so a second handle on it is what can be cut.
        """
        try:
            left = self._request.left(timeout)
            with self._socket.dup() as handle, self._request.scope.holding(handle):
                return BoundedStream(self._stream.start_tls(ssl_context, server_hostname, left))
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> object:
        """Return what httpcore2 asks of a connection, such as `is_readable`."""
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        """Close the socket."""
        self._request.scope.release(self._socket)
        self._stream.close()


class BoundedBackend(httpcore2.NetworkBackend):
    """Makes connections, to whichever of a host's addresses answers first in their order."""

    def __init__(self) -> None:
        self._tcp = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a connection. Raises httpcore2's ConnectError and ConnectTimeout."""
        bounds = attempt.get()
        addresses = resolve(host, port, bounds.left(timeout))
        for untried in range(len(addresses), 0, -1):
            share = bounds.left(timeout) / untried
            try:
                return BoundedStream(
                    self._tcp.connect_tcp(
                        addresses[-untried], port, share, local_address, socket_options
                    )
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if untried == 1:
                    raise
        raise httpcore2.ConnectError(socket.gaierror(socket.EAI_NONAME, "no address"))


def is_delivered(line: socket.socket) -> bool | None:
    """Tell whether the other end's system has all that was sent to it; None if unknown.

    Where it has not, the line is dead; where it has, whoever should read it is slow.
    """
    if not hasattr(socket, "TCP_INFO"):
        return None
    try:
        info = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _UNACKNOWLEDGED.size)
        (unacknowledged,) = _UNACKNOWLEDGED.unpack(info)
    except (OSError, struct.error):
        return None
    return not unacknowledged


def addresses_of(host: str, port: int) -> list[str]:
    """Return the host's addresses, however long that takes. Raises OSError and UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def resolve(host: str, port: int, timeout: float, look_up: LookUp = addresses_of) -> list[str]:
    """Return the host's addresses. `look_up` has no time-out of its own, so it runs aside.

    Raises httpcore2's ConnectError and ConnectTimeout.
    """
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(look_up(host, port))
        except (OSError, UnicodeError) as error:
            answer.set_exception(httpcore2.ConnectError(error))

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(ask,), name="resolve", daemon=True).start()
    try:
        return answer.result(timeout)
    except TimeoutError:
        raise httpcore2.ConnectTimeout from None
