"""An HTTP server that answers byte for byte as a test wrote down."""

import json
import socket
import socketserver
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedIOBase
from typing import Any, Self
from urllib.parse import parse_qsl

Reply = Callable[[socket.socket], None]

PATIENCE = 10.0
EVENT_STREAM = "Content-Type: text/event-stream\r\n"


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass
class ScriptedServer:
    """Gives one reply a request, over TLS where there is a context for it.

    `hung_up` is set when a client closes its connection.
    """

    tls: ssl.SSLContext | None = None
    replies: deque[Reply] = field(default_factory=deque)
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    hung_up: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    @contextmanager
    def serve(self) -> Iterator[Self]:
        script = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def setup(self) -> None:
                if script.tls:
                    self.request = script.tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def handle(self) -> None:
                script.connections += 1
                try:
                    while request := _read(self.rfile):
                        script.received.append(request)
                        script.replies.popleft()(self.connection)
                except TimeoutError:
                    return  # the client outstayed the reply's patience
                except OSError:
                    pass  # the client is gone, or a reply cut the line
                script.hung_up.set()

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
            scheme = "https" if script.tls else "http"
            self.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/v1"
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


def answer(status: int, body: object, headers: str = "") -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
    return lambda line: line.sendall(head.encode() + content)


def stream(*parts: bytes, headers: str = EVENT_STREAM) -> Reply:
    """Send each part as a chunk of its own, and end the body."""

    def reply(line: socket.socket) -> None:
        open_stream(*parts, headers=headers)(line)
        line.sendall(b"0\r\n\r\n")

    return reply


def open_stream(*parts: bytes, headers: str = EVENT_STREAM) -> Reply:
    """Send each part as a chunk of its own, and leave the body open."""

    def reply(line: socket.socket) -> None:
        line.sendall(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{headers}\r\n".encode())
        for part in parts:
            line.sendall(b"%x\r\n%b\r\n" % (len(part), part))

    return reply


def then(*replies: Reply) -> Reply:
    def reply(line: socket.socket) -> None:
        for step in replies:
            step(line)

    return reply


def silence(line: socket.socket) -> None:
    """Say nothing until the client hangs up."""
    line.settimeout(PATIENCE)
    line.recv(1)


def hang_up(line: socket.socket) -> None:
    line.shutdown(socket.SHUT_RDWR)


def drip(data: bytes) -> Reply:
    """Send a byte every 10 ms: never silent for long, and never done in time."""

    def reply(line: socket.socket) -> None:
        line.settimeout(0.01)
        for byte in data:
            line.sendall(bytes([byte]))
            try:
                if not line.recv(1):
                    return
            except TimeoutError:
                continue

    return reply


def _read(lines: BufferedIOBase) -> Received | None:
    start = lines.readline().decode()
    if not start:
        return None
    headers = {}
    while line := lines.readline().decode().strip():
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    body = lines.read(int(headers.get("content-length", "0")))
    return Received(start.split()[1], headers, _fields(body, headers.get("content-type", "")))


def _fields(body: bytes, kind: str) -> Mapping[str, Any]:
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode()))
    fields: dict[str, Any] = json.loads(body or b"{}")
    return fields
