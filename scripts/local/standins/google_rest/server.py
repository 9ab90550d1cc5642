"""An HTTP server on 127.0.0.1 that answers JSON, and leaves neither threads nor connections."""

import json
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scripts.local.ports import HOST

MAX_BODY = 200 * 1024 * 1024  # bytes; a zipped source is uploaded too
_POLL = 0.01  # seconds until a server that is to stop sees it


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. `path` is as it was sent, still quoted; headers' names are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    raw: bytes


HttpReply = tuple[HTTPStatus, dict[str, Any]]


class _Server(ThreadingHTTPServer):
    """A server whose open connections can be ended, which clients would keep."""

    daemon_threads = False  # so that closing waits for them

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__((HOST, 0), handler)
        self._open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as inherited
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as inherited
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(handler: type["JsonHandler"]) -> Generator[str]:
    """Serve on any free port until the block ends, and give the base URL."""
    with _Server(handler) as server:
        thread = Thread(target=server.serve_forever, args=(_POLL,), name="rest-standins")
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.end_connections()


class EveryMethodHandler(BaseHTTPRequestHandler):
    """Has one function serve the methods that Google's REST services have."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a reply is two writes, and the second would wait for an ACK

    def serve(self) -> None:
        """Serve the request; `command` is its method."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Serve a GET."""
        self.serve()

    def do_POST(self) -> None:
        """Serve a POST."""
        self.serve()

    def do_PATCH(self) -> None:
        """Serve a PATCH."""
        self.serve()

    def do_PUT(self) -> None:
        """Serve a PUT."""
        self.serve()

    def do_DELETE(self) -> None:
        """Serve a DELETE."""
        self.serve()


class JsonHandler(EveryMethodHandler):
    """Answers every request by `answer`."""

    def answer(self, request: HttpRequest) -> HttpReply:
        """Return the status and the body."""
        raise NotImplementedError

    def serve(self) -> None:
        """Answer in JSON."""
        split = urlsplit(self.path)
        query = parse_qs(split.query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, answer = self.answer(
            HttpRequest(self.command, split.path, query, headers, self._body())
        )
        data = json.dumps(answer).encode()
        with suppress(ConnectionError):  # the caller did not wait
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self._chunks())
        return self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_BODY))

    def _chunks(self) -> Generator[bytes]:
        """Read a body of unknown length: https://www.rfc-editor.org/rfc/rfc9112#section-7.1."""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            continue

    def log_message(self, *_: object) -> None:
        """Print nothing: the stand-ins have what was asked."""
