"""Stand-ins for Google's REST services: on one port, each below its host's name.

Whoever calls them has `serve(ServiceUsage(...), ...)` for GOOGLE_REST_URL:

with serve(ServiceUsage(...), FirebaseRules(...)) as url:  # GOOGLE_REST_URL
    requests.get(f"{url}/serviceusage.googleapis.com/v1/projects/demo-conteur/services")
"""

import json
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from scripts.local.ports import HOST

Body = dict[str, Any]
MAX_BODY = 200 * 1024 * 1024  # bytes; a zipped source is uploaded too


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `parts` are the groups of its route's pattern, `query` all values by name."""

    method: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Body:
        """The body as JSON. Raises RestRefusalError where it is none."""
        try:
            read = json.loads(self.raw or b"{}")
        except ValueError as error:
            raise RestRefusalError(HTTPStatus.BAD_REQUEST, "Invalid JSON payload") from error
        if not isinstance(read, dict):
            raise RestRefusalError(HTTPStatus.BAD_REQUEST, "Invalid JSON payload: no object")
        return read


class RestRefusalError(Exception):
    """The answer is an error. https://google.aip.dev/193#http11json-representation."""

    def __init__(self, status: HTTPStatus, message: str, name: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name or _NAMES.get(status, status.name)

    @property
    def answer(self) -> Body:
        """The error as JSON."""
        told = {"code": int(self.status), "message": self.message, "status": self.name}
        return {"error": told}


_NAMES = {
    HTTPStatus.BAD_REQUEST: "INVALID_ARGUMENT",
    HTTPStatus.UNAUTHORIZED: "UNAUTHENTICATED",
    HTTPStatus.FORBIDDEN: "PERMISSION_DENIED",
    HTTPStatus.CONFLICT: "ABORTED",
    HTTPStatus.TOO_MANY_REQUESTS: "RESOURCE_EXHAUSTED",
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
}

Answer = Callable[[Asked], Body]
Route = tuple[str, str, Answer]
"""A method, a pattern of the whole path (with named groups), and what answers it."""


@dataclass(frozen=True, slots=True)
class RestFault:
    """A failure on purpose of each request whose path `only` finds; it is late by so much."""

    status: HTTPStatus | None = None
    message: str = "failed on purpose"
    delay_seconds: float = 0.0
    only: str = ""


@dataclass
class RestStandIn:
    """A service of a host, such as run.googleapis.com. `calls` are `METHOD path`, failed ones too.

    `fault` can be set and taken away while it serves.
    """

    host: ClassVar[str]
    fault: RestFault | None = field(default=None, init=False)
    calls: list[str] = field(default_factory=list, init=False)

    def routes(self) -> Sequence[Route]:
        """Return what the service answers."""
        raise NotImplementedError

    def answer(self, asked: Asked) -> Body:
        """Answer one request. Raises RestRefusalError."""
        self.calls.append(f"{asked.method} {asked.path}")
        self._fail(asked)
        for method, pattern, answer in self.routes():
            if method == asked.method and (found := re.fullmatch(pattern, asked.path)):
                return answer(_with_parts(asked, found.groupdict()))
        raise RestRefusalError(HTTPStatus.NOT_FOUND, f"No such URL: {asked.method} {asked.path}")

    def _fail(self, asked: Asked) -> None:
        fault = self.fault
        if fault is None or not re.search(fault.only, asked.path):
            return
        threading.Event().wait(fault.delay_seconds)
        if fault.status is not None:
            raise RestRefusalError(fault.status, fault.message)


@contextmanager
def serve(*services: RestStandIn) -> Generator[str]:
    """Serve all on one port until the block ends, and give the base URL."""

    class Handler(_Handler):
        hosts: ClassVar[Mapping[str, RestStandIn]] = {each.host: each for each in services}

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, name="rest-standins")
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    hosts: ClassVar[Mapping[str, RestStandIn]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        host, asked = self._asked()
        try:
            self._reply(HTTPStatus.OK, self._service(host).answer(asked))
        except RestRefusalError as refusal:
            self._reply(refusal.status, refusal.answer)

    def _service(self, host: str) -> RestStandIn:
        if host not in self.hosts:
            raise RestRefusalError(HTTPStatus.NOT_FOUND, f"Nothing stands in for {host}")
        return self.hosts[host]

    def _asked(self) -> tuple[str, Asked]:
        split = urlsplit(self.path)
        _, host, *path = split.path.split("/", 2)
        size = min(int(self.headers.get("Content-Length", 0)), MAX_BODY)
        asked = Asked(
            self.command,
            "/" + "".join(path),
            {},
            parse_qs(split.query, keep_blank_values=True),
            dict(self.headers),
            self.rfile.read(size),
        )
        return host, asked

    def _reply(self, status: HTTPStatus, answer: Body) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print nothing: `calls` has what was asked."""


def _with_parts(asked: Asked, parts: Mapping[str, str]) -> Asked:
    return Asked(asked.method, asked.path, parts, asked.query, asked.headers, asked.raw)
