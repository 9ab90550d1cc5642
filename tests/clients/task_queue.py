"""Cloud Tasks as the outbox meets it: takes tasks over HTTP, each name once, or fails."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class TaskQueue:
    """A queue on 127.0.0.1; `tasks` has each task's body by its name. It fails while `down`."""

    def __init__(self) -> None:
        self.tasks: dict[str, Any] = {}
        self.down = False
        self.address = ""
        self._lock = threading.Lock()

    @contextmanager
    def serve(self) -> Iterator[Self]:
        """Serve until the block ends."""
        queue = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                status, answer = queue.take(json.loads(self.rfile.read(size))["task"])
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
                del format, args

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.address = f"127.0.0.1:{server.server_address[1]}"
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def take(self, task: dict[str, Any]) -> tuple[HTTPStatus, dict[str, Any]]:
        """Return how a request to queue `task` is answered, as the Tasks emulator words it."""
        name = task["name"]
        body = json.loads(base64.b64decode(task["httpRequest"]["body"]))
        with self._lock:
            if self.down:
                return HTTPStatus.SERVICE_UNAVAILABLE, {"error": {"status": "UNAVAILABLE"}}
            if name in self.tasks:
                return HTTPStatus.CONFLICT, {"error": {"status": "ALREADY_EXISTS"}}
            self.tasks[name] = body
        return HTTPStatus.OK, {"task": {"name": name}}
