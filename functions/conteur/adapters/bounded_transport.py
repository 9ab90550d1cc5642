"""HTTP connections on which no wait outlives the attempt that it belongs to.

A client's own read time-out is one per gap: a server that drips a byte a second never meets
it. Here each wait on the socket, from the name's look-up to the last byte, gets what is
left of the attempt's bounds at that moment. Made of the extension points that httpx2
(`BaseTransport`) and httpcore2 (`NetworkBackend`) document, so no watchdog has to cut a
socket from another thread.
"""

import contextvars
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import httpcore2
import httpx2

from conteur.adapters.model_bounds import AttemptBounds
from conteur.adapters.openai_errors import outage

KEPT_CONNECTIONS = 100
KEPT_SECONDS = 30.0

LookUp = Callable[[str, int], list[str]]

_bounds: contextvars.ContextVar[AttemptBounds] = contextvars.ContextVar("bounds")


@contextmanager
def bounded_by(bounds: AttemptBounds) -> Iterator[None]:
    """Bound every wait of the requests that are sent here, their bodies' later ones too.

    Raises DeadlineError, and OpenAIError (outage) for a connection that fails.
    """
    token = _bounds.set(bounds)
    try:
        with _our_errors(bounds):
            yield
    finally:
        _bounds.reset(token)


def body(response: httpx2.Response, bounds: AttemptBounds) -> Iterator[bytes]:
    """Yield the body as it comes; raises what `bounded_by` raises."""
    with _our_errors(bounds):
        yield from response.iter_bytes()


@contextmanager
def _our_errors(bounds: AttemptBounds) -> Iterator[None]:
    try:
        yield
    except httpcore2.TimeoutException:
        raise bounds.timed_out() from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.DecodingError) as error:
        raise outage(f"The connection to the model's server failed ({_why(error)}).") from None


class BoundedTransport(httpx2.BaseTransport):
    """A pool of kept connections; requests are sent within `bounded_by`. Knows no proxies.

    Any number of connections at once: threads limit them already, and a wait for a free one
    would be a wait for another user's story.
    """

    def __init__(self, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=None,
            max_keepalive_connections=KEPT_CONNECTIONS,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=_Backend(httpcore2.SyncBackend()),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and return the response as soon as its headers are there."""
        url = request.url
        response = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Stream(httpcore2.NetworkStream):
    """A connection. It serves one request at a time, from the request's first byte on."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self._request = _bounds.get()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._request.left(timeout))
        self._request.received(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._request = _bounds.get()
        self._request.connected()
        self._stream.write(buffer, self._request.left(timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._request.left(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, tcp: httpcore2.SyncBackend) -> None:
        self._tcp = tcp

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        bounds = _bounds.get()
        addresses = resolve(host, port, bounds.left(timeout))
        for untried in range(len(addresses), 0, -1):
            share = bounds.left(timeout) / untried
            try:
                return _Stream(
                    self._tcp.connect_tcp(
                        addresses[-untried], port, share, local_address, socket_options
                    )
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if untried == 1:
                    raise
        raise httpcore2.ConnectError(socket.gaierror(socket.EAI_NONAME, "no address"))


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

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        return answer.result(timeout)
    except TimeoutError:
        raise httpcore2.ConnectTimeout from None


def _why(error: Exception) -> str:
    """Return the system's own words; a protocol error's text may quote a header."""
    reason = error.args[0] if error.args else None
    told = reason.strerror if isinstance(reason, OSError) else None
    return told or type(error).__name__
