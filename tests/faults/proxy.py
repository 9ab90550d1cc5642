"""A TCP proxy that breaks connections on purpose, one way or another, whenever a test says so.

    with Proxy("127.0.0.1:9000").serve() as proxy:
        proxy.will(Line(cut_after=200))   # the next connection's answer
        proxy.refuse()                    # nobody listens, until `mend`

A connection takes the next line that was set, and passes everything on where none is left. The
proxy knows nothing of HTTP but that a request of a client of ours starts with `POST`.
"""

import socket
import socketserver
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Self

from scripts.local.ports import HOST, reserved_ports
from tests.faults.lines import PATIENCE_SECONDS, Call, Line, shut

CONTROL_BYTES = 64  # HTTP/2's pings and window updates are shorter than any call
POST = b"POST "


class Proxy:
    """The proxy. `asked` counts the requests that came since it was mended."""

    def __init__(self, upstream: str) -> None:
        host, _, port = upstream.rpartition(":")
        self._upstream = (host, int(port))
        self._lines: deque[Line] = deque()
        self._always = Line()
        self._passing = -1
        self._called = threading.Event()
        self._broken = True
        self._listening = ExitStack()
        self._connections: set[socket.socket] = set()
        self._news = threading.Condition()
        self.port = 0
        self.asked = 0

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def mend(self) -> None:
        """Pass everything on, and count from zero; connections that never broke live on."""
        self.asked = 0
        if self._broken:
            self._stop()
            self._lines.clear()
            self._passing = -1
            self._called.clear()
            self._always = Line()
            self._listening.enter_context(_listener(self.port, self._serve, self._hang_up))
            self._broken = False

    def will(self, *lines: Line) -> None:
        """Have the next connections answer so, one after another."""
        self._broken = True
        self._lines.extend(lines)
        self._hang_up()

    def always(self, line: Line) -> None:
        """Have every connection answer so for which `will` set nothing."""
        self._broken = True
        self._always = line
        self._hang_up()

    def lose_answer(self, after: int = 0) -> None:
        """Hang up instead of passing on a call's answer, on an open connection.

        It is the next call's, or that of a later one, `after` others.
        """
        self._broken = True
        self._passing = after

    def refuse(self) -> None:
        """Have nobody listen."""
        self._stop()

    def swallow(self) -> None:
        """Let no connection come about: a full queue drops whoever asks for one (Linux)."""
        self._stop()
        self._listening.enter_context(_full_queue(self.port))

    def wait_until_asked(self) -> None:
        """Wait for a request, or for none if one has come since `mend`."""
        with self._news:
            assert self._news.wait_for(lambda: self.asked, PATIENCE_SECONDS), "nobody asked"

    @contextmanager
    def serve(self) -> Iterator[Self]:
        with reserved_ports(1) as (self.port,):
            self.mend()
            try:
                yield self
            finally:
                self._stop()

    def _stop(self) -> None:
        self._broken = True
        self._listening.close()
        self._hang_up()

    def _hang_up(self) -> None:
        with self._news:
            for connection in self._connections:
                shut(connection)

    def _serve(self, client: socket.socket) -> None:
        line = self._lines.popleft() if self._lines else self._always
        with ExitStack() as open_, suppress(OSError):
            open_.enter_context(self._known(client))
            server = None
            if line.says is None:
                server = open_.enter_context(socket.create_connection(self._upstream))
                open_.enter_context(self._known(server))
            call = Call(client, server)
            listener = threading.Thread(target=call.listen, args=(self._note,))
            listener.start()
            open_.callback(listener.join)
            call.answer(line, self._is_lost)

    def _is_lost(self) -> bool:
        with self._news:
            lost = self._called.is_set()
            self._called.clear()
            return lost

    @contextmanager
    def _known(self, connection: socket.socket) -> Iterator[None]:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._news:
            self._connections.add(connection)
        try:
            yield
        finally:
            with self._news:
                self._connections.discard(connection)

    def _note(self, data: bytes) -> None:
        # A client sends a request's head at once, and the next one's not before the answer.
        if data.startswith(POST):
            with self._news:
                self.asked += 1
                self._news.notify_all()
        if self._passing >= 0 and len(data) > CONTROL_BYTES:
            self._passing -= 1
            if self._passing < 0:
                self._called.set()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 100

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        """Close without the shutdown that would keep a reset from being sent."""
        self.close_request(request)


@contextmanager
def _listener(
    port: int, serve: Callable[[socket.socket], None], hang_up: Callable[[], None]
) -> Iterator[None]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            serve(self.request)

    with _Server((HOST, port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            hang_up()  # so that closing the server, which waits for each call, can end


@contextmanager
def _full_queue(port: int) -> Iterator[None]:
    with socket.socket() as listener, ExitStack() as waiting:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(0)
        with suppress(TimeoutError):
            while True:
                waiting.enter_context(socket.create_connection((HOST, port), timeout=0.1))
        yield
