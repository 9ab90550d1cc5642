"""The page's HTTP server: GET only, on 127.0.0.1 only, for pages of its own origin only."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from scripts.local.ports import HOST
from scripts.local.watch.errors import UnavailableError

LOG = logging.getLogger(__name__)
IDLE_SECONDS = 30.0  # a connection that asks nothing is closed
TYPES = {"": "text/html", "html": "text/html", "js": "text/javascript", "css": "text/css"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: a status, a media type and a body."""

    status: int
    type: str
    body: bytes


Route = Callable[[str], Answer]
"""Answers a query string. May raise UnavailableError; whatever else it raises is a mistake."""


def as_json(document: Any, status: int = HTTPStatus.OK) -> Answer:  # noqa: ANN401 - any of JSON's
    """Return a document as an answer."""
    return Answer(status, "application/json", json.dumps(document).encode())


def as_file(path: str, content: bytes) -> Route:
    """Return the route of a file whose content is known."""
    kind = TYPES[path.rpartition(".")[2] if "." in path else ""]
    return lambda _query: Answer(HTTPStatus.OK, f"{kind}; charset=utf-8", content)


class PageServer(ThreadingHTTPServer):
    """Listens once it is made; port 0 takes any free one."""

    daemon_threads = True

    def __init__(self, port: int, routes: Mapping[str, Route]) -> None:
        super().__init__((HOST, port), _Handler)
        self.routes = routes

    @property
    def address(self) -> str:
        """Where it listens, as `host:port`."""
        return f"{HOST}:{self.server_address[1]}"

    def answer(self, target: str, host: str) -> Answer:
        """Return the answer to a GET of `target` that was sent to `host`."""
        port = self.server_address[1]
        # A name that somebody has pointed at 127.0.0.1 makes their page one of our origin.
        if host not in {self.address, f"localhost:{port}"}:
            return as_json({"error": f"Ask for {self.address}"}, HTTPStatus.MISDIRECTED_REQUEST)
        try:
            return self._routed(target)
        except UnavailableError as error:
            return as_json({"error": str(error)}, HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception as error:
            LOG.exception("GET %s", target)
            text = f"{target} failed: {type(error).__name__} (page.log says where)"
            return as_json({"error": text}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _routed(self, target: str) -> Answer:
        parts = urlsplit(target)
        route = self.routes.get(parts.path)
        if route is None:
            return as_json({"error": "There is nothing here."}, HTTPStatus.NOT_FOUND)
        return route(parts.query)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: PageServer

    def do_GET(self) -> None:
        """Answer one request."""
        answer = self.server.answer(self.path, self.headers.get("Host", ""))
        self.send_response(answer.status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing: a page asks every few seconds."""
