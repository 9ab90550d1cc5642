"""HTTP whose every wait is bounded, built of what httpx2 and httpcore2 document for it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore2
import httpx2

from conteur.adapters.openai_api.bounds import AttemptBounds
from conteur.adapters.openai_api.errors import outage
from conteur.adapters.openai_api.network import BoundedBackend, attempt
from conteur.errors import ClientGoneError, ConteurError

KEPT_CONNECTIONS = 100
KEPT_SECONDS = 30.0

_FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpx2.DecodingError,
)


@contextmanager
def bounded_by(bounds: AttemptBounds) -> Iterator[None]:
    """Bound every wait of the requests that are sent here, their bodies' later ones too.

    Raises DeadlineError, ClientGoneError once the bounds' scope is cancelled, and OpenAIError
    (outage) for a connection that fails.
    """
    token = attempt.set(bounds)
    try:
        with _our_errors(bounds):
            yield
    finally:
        attempt.reset(token)


def body(response: httpx2.Response, bounds: AttemptBounds) -> Iterator[bytes]:
    """Yield the body as it comes; raises what `bounded_by` raises."""
    with _our_errors(bounds):
        yield from response.iter_bytes()


@contextmanager
def _our_errors(bounds: AttemptBounds) -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        raise _told(error, bounds) from None


def _told(error: Exception, bounds: AttemptBounds) -> ConteurError:
    if bounds.scope.cancelled:
        return ClientGoneError.given_up()
    if isinstance(error, httpcore2.TimeoutException):
        return bounds.timed_out()
    why = _why(error)
    told = outage(f"The connection to the model's server failed ({why}).")
    return told.noting(failure=why)


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
            network_backend=BoundedBackend(),
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
            stream=_Body(response, attempt.get()),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response, bounds: AttemptBounds) -> None:
        self._response = response
        self._bounds = bounds

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        """Let go of the connection before the pool may give it to another attempt."""
        self._bounds.scope.release()
        self._response.close()


def _why(error: Exception) -> str:
    """Return the system's own words; a protocol error's text may quote a header."""
    reason = error.args[0] if error.args else None
    told = reason.strerror if isinstance(reason, OSError) else None
    return told or type(error).__name__
