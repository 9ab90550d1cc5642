"""The front of Cloud Run and of Hosting on loopback: requests go to revisions, answers come back.

    /SERVICE/...           to the revision whose turn it is by the service's traffic
    /TAG---SERVICE/...     to the revision with the tag
    /health, /api/...      to `health` and `store_api`, as firebase.json's rewrites have it

An answer passes as it comes, so that a stream is one. No revision, or one that does not start, is
a 503: https://cloud.google.com/run/docs/troubleshooting
"""

import http.client
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from scripts.local.errors import ProcessError
from scripts.local.ports import HOST

READ_BYTES = 64 * 1024
PATIENCE_SECONDS = 120.0
TAG_END = "---"
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}
"""https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1"""


class NobodyError(Exception):
    """No revision can take the request."""


class Choose(Protocol):
    """Says where a service's next request goes."""

    def __call__(self, service: str, tag: str) -> str:
        """Return a URL. Raises NobodyError or ProcessError."""


@dataclass(frozen=True, slots=True)
class Route:
    """Whom a request is for, and the path that it is asked."""

    service: str
    tag: str
    path: str


def route_of(target: str) -> Route:
    """Return the route of a request's target, which is a path and perhaps a query."""
    path = urlsplit(target).path
    if path == "/health":
        return Route("health", "", target)
    if path.startswith("/api/"):
        return Route("store-api", "", target)
    first, _, rest = target.removeprefix("/").partition("/")
    name, mark, query = first.partition("?")
    tag, _, service = name.rpartition(TAG_END)
    return Route(service, tag, f"/{rest}{mark}{query}")


@contextmanager
def serve(choose: Choose) -> Generator[str]:
    """Serve until the block ends, and give the base URL."""

    class Handler(_Handler):
        chosen: ClassVar[list[Choose]] = [choose]

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, name="cloud-run-router")
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    chosen: ClassVar[list[Choose]]
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        route = route_of(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            url = self.chosen[0](route.service, route.tag)
        except (NobodyError, ProcessError) as error:
            self._refuse(str(error))
            return
        address = urlsplit(url).netloc
        with closing(http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)) as connection:
            self._ask(connection, route.path, body)

    def _ask(self, connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
        try:
            connection.request(self.command, path, body or None, self._headers())
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self._refuse(f"the revision did not answer: {error!r}")
            return
        with suppress(ConnectionError):  # the client has gone, and so shall the request
            self._answer(answer)

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def do_OPTIONS(self) -> None:
        self._pass()

    def _headers(self) -> dict[str, str]:
        passed = {name: value for name, value in self.headers.items() if _passes(name)}
        known = [*self.headers.get_all("X-Forwarded-For", []), self.client_address[0]]
        return {**passed, "X-Forwarded-For": ", ".join(known), "X-Forwarded-Proto": "https"}

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        whole = answer.length is not None
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if _passes(name):
                self.send_header(name, value)
        if not whole:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in _pieces(answer):
            self.wfile.write(piece if whole else b"%x\r\n%s\r\n" % (len(piece), piece))
        if not whole:
            self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, why: str) -> None:
        text = f"Service Unavailable: {why}".encode()
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Print nothing: revisions log what they are asked."""


def _passes(header: str) -> bool:
    return header.lower() not in HOP_BY_HOP


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield what has come, whenever some has."""
    while piece := answer.read1(READ_BYTES):
        yield piece
