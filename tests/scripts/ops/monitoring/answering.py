"""A loopback server that answers questions as a Prometheus, or Cloud Monitoring, may."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

NOTHING = json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}})
Reply = Callable[[str], tuple[int, str]]
"""The status and the body, by the query."""


@dataclass(slots=True)
class Asked:
    """What the server at `url` was asked: each question's path, its form and its headers."""

    url: str
    questions: list[tuple[str, dict[str, list[str]], Message]] = field(default_factory=list)


def always(status: int, body: str) -> Reply:
    return lambda _: (status, body)


def refused_by_google(status: int, name: str, text: str, reason: str = "") -> Reply:
    """Answer as Google's servers refuse, which https://cloud.google.com/apis/design/errors says."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    error = {"code": status, "message": text, "status": name, "details": details if reason else []}
    return always(status, json.dumps({"error": error}))


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # all questions come at once, and five connections may wait by default


@contextmanager
def answering(reply: Reply) -> Iterator[Asked]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = parse_qs(self.rfile.read(length).decode())
            asked.questions.append((self.path, form, self.headers))
            status, body = reply("".join(form.get("query", [])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.send_header("Location", f"{asked.url}/elsewhere")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            del format, args

    server = _Server(("127.0.0.1", 0), Handler)
    asked = Asked(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
