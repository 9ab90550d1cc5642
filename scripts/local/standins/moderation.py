"""A stand-in for OpenAI's moderation: `POST /v1/moderations`, over HTTP on 127.0.0.1.

    standin = ModerationStandIn(harmful={"blood": "violence"})
    with standin.serve() as url:  # "http://127.0.0.1:port/v1"
        ...

It flags texts by words that a test chooses. Requests and answers are those of
https://platform.openai.com/docs/api-reference/moderations and of the types of openai 3.54.0.
Refusals have the form of https://platform.openai.com/docs/guides/error-codes.
"""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scripts.local.errors import LocalStackError
from scripts.local.ports import HOST
from scripts.local.standins.moderation_rules import RefusalError, answer_to, texts_in

_Line = socket.socket | tuple[bytes, socket.socket]  # as socketserver types it
_Address = object

PATH = "/v1/moderations"
STOP_POLL_SECONDS = 0.05


class Breakage(StrEnum):
    """How an answer fails on purpose, other than by its status."""

    HANG = "hang"  # nothing comes until the client hangs up
    CUT = "cut"  # the connection ends in the middle of the answer
    CLOSE = "close"  # the connection ends before the answer
    GARBAGE = "garbage"  # an answer of status 200 that is no JSON


@dataclass(frozen=True, slots=True)
class ModerationFault:
    """A failure on purpose: a status, with Retry-After if it is given, or a breakage.

    It begins after `after` requests that were answered, and ends after `times` of its own.
    """

    status: int = 0
    retry_after: str = ""
    breakage: Breakage | None = None
    after: int = 0
    times: int | None = None


@dataclass
class ModerationStandIn:
    """`harmful` has the category of each word. `key` is the only one taken; empty takes any.

    `asked` has the texts of each request that was answered, `requests` counts all of them.
    """

    harmful: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    fault: ModerationFault | None = None
    asked: list[list[str]] = field(default_factory=list)
    requests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failed: int = 0

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[str]:
        """Serve until the block ends, and give the base URL. Port 0 takes any free one.

        Raises LocalStackError if the port is taken.
        """
        try:
            server = _Server(self, port)
        except OSError as error:
            raise LocalStackError(f"Port {port} cannot be used: {error.strerror}.") from None
        thread = threading.Thread(target=server.serve_forever, args=(STOP_POLL_SECONDS,))
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/v1"
        finally:
            server.shutdown()
            server.hang_up()
            thread.join()
            server.server_close()

    def due_fault(self) -> ModerationFault | None:
        """Count a request, and return the fault that it meets."""
        with self._lock:
            self.requests += 1
            fault = self.fault
            if fault is None or len(self.asked) < fault.after:
                return None
            if fault.times is not None and self._failed >= fault.times:
                return None
            self._failed += 1
            return fault

    def answer(self, authorization: str, content_type: str, body: bytes) -> dict[str, object]:
        """Return the answer to a request. Raises RefusalError."""
        if not authorization.startswith("Bearer ") or self.key not in ("", authorization[7:]):
            raise RefusalError(
                HTTPStatus.UNAUTHORIZED, "invalid_api_key", "Incorrect API key provided."
            )
        if content_type.partition(";")[0] != "application/json":
            raise RefusalError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, None, "Send application/json.")
        texts, model = texts_in(body)
        with self._lock:
            self.asked.append(texts)
        return answer_to(texts, model, self.harmful)


class _Server(ThreadingHTTPServer):
    """Its connections end with it."""

    daemon_threads = False

    def __init__(self, standin: ModerationStandIn, port: int) -> None:
        self.standin = standin
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    def process_request(self, request: _Line, client_address: _Address) -> None:
        """Remember the connection, and serve it in a thread."""
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Line) -> None:
        """Close the connection, and forget it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are kept open."""
        for line in list(self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = self.server.standin.due_fault()
        if fault is not None:
            self._fail(fault)
        elif self.path != PATH:
            self._refuse(RefusalError(HTTPStatus.NOT_FOUND, None, "Unknown request URL."))
        else:
            self._answer(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        headers = self.headers
        try:
            answer = self.server.standin.answer(
                headers.get("Authorization", ""), headers.get("Content-Type", ""), body
            )
        except RefusalError as refused:
            self._refuse(refused)
        else:
            self._send(HTTPStatus.OK, json.dumps(answer).encode())

    def _refuse(self, refused: RefusalError, retry_after: str = "") -> None:
        self._send(refused.status, json.dumps(refused.document()).encode(), retry_after)

    def _fail(self, fault: ModerationFault) -> None:
        match fault.breakage:
            case None:
                refused = RefusalError(fault.status, "failed_on_purpose", "Failed on purpose.")
                self._refuse(refused, fault.retry_after)
                return
            case Breakage.GARBAGE:
                self._send(HTTPStatus.OK, b"<html>Bad gateway</html>")
                return
            case Breakage.HANG:
                self.rfile.read(1)
            case Breakage.CUT:
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"id": "modr')
        self.close_connection = True

    def _send(self, status: int, content: bytes, retry_after: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(content)
