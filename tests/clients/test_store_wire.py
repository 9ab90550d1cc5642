"""Requests to the served store as bytes: what no client's library would send."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.clients.store_server import author_token, store_server
from tests.issuer import Issuer

pytestmark = pytest.mark.server

HEALTH = b"GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PUBLISH = b"POST /api/store/publish HTTP/1.1\r\n"
CONFIRMED = b'{"confirmPublish": true}'
PIECE = b"f000\r\n" + b"a" * 0xF000 + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

# The request line, what follows the headers of every request, and the status of the answer.
REQUESTS: dict[str, tuple[bytes, bytes, int]] = {
    "a body with its length": (PUBLISH, b"Content-Length: 24\r\n\r\n" + CONFIRMED, 200),
    "a body in chunks": (PUBLISH, CHUNKED + b"18\r\n" + CONFIRMED + b"\r\n0\r\n\r\n", 200),
    "too much in chunks": (PUBLISH, CHUNKED + 5 * PIECE + b"0\r\n\r\n", 413),
    "too much": (PUBLISH, b"Content-Length: 300000\r\n\r\n" + b"a" * 300_000, 413),
    "a GET with a body": (b"GET /api/health HTTP/1.1\r\n", b"Content-Length: 2\r\n\r\n{}", 200),
    "a HEAD": (b"HEAD /api/store/status HTTP/1.1\r\n", b"\r\n", 200),
    "a preflight": (b"OPTIONS /api/store/publish HTTP/1.1\r\n", b"\r\n", 204),
    "two tokens": (b"GET /api/store/status HTTP/1.1\r\n", b"Authorization: Bearer x\r\n\r\n", 401),
    "a slash too many": (b"GET //api/health HTTP/1.1\r\n", b"\r\n", 404),
    "an escape": (b"GET /api/%68ealth HTTP/1.1\r\n", b"\r\n", 404),
}


class Store:
    """A served store."""

    def __init__(self, url: str) -> None:
        self._port = urlsplit(url).port
        self._token = author_token()

    def answers(self, line: bytes, rest: bytes) -> bytes:
        """Return all that is answered to a request, and to one for the health behind it."""
        head = f"Host: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {self._token}"
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as connection:
            connection.sendall(line + head.encode() + b"\r\n" + rest + HEALTH)
            return connection.makefile("rb").read()


@pytest.fixture
def store(tmp_path: Path, database: str, issuer: Issuer, firestore_host: str) -> Iterator[Store]:
    with store_server(tmp_path, database, issuer, firestore_host) as url:
        yield Store(url)


def test_connection_stays_good(store: Store) -> None:
    """Each is answered, with nothing left of it that the connection's next request could meet."""
    for name, (line, rest, status) in REQUESTS.items():
        answers = store.answers(line, rest).split(b"HTTP/1.1 ")[1:]
        assert [answer[:3] for answer in answers] == [b"%d" % status, b"200"], name
