"""Calls over HTTP, to a server in this process."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from scripts.ops.validation.calling import Caller
from scripts.ops.validation.errors import FoundError

ANSWERS = {
    "/json": b'{"a": "\xc3\xa9"}',
    "/list": b"[]",
    "/text": b"<html>",
    "/stream": b': ping\n\ndata: {"message": {"text": "\xc3\xa9"}}\n\ndata: {"result": {}}\n\n',
}


class Handler(BaseHTTPRequestHandler):
    """Answers what ANSWERS says; `/echo` the headers and the body."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        seen = {"accept": self.headers["Accept"], "body": body.decode(), "who": self.headers["Who"]}
        answer = ANSWERS.get(self.path, json.dumps(seen).encode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815 - as http.server calls it

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def caller() -> Iterator[Caller]:
    made = Caller(clock=iter(range(100)).__next__)
    yield made
    made.close()


def test_json(caller: Caller, url: str) -> None:
    """What is sent arrives, and what is answered is read with its seconds."""
    reply = caller.post(f"{url}/echo", {"data": {}}, {"Who": "me"})
    assert (reply.body["body"], reply.body["who"], reply.seconds) == ('{"data": {}}', "me", 1)
    assert caller.get(f"{url}/json").body == {"a": "é"}


def test_a_stream(caller: Caller, url: str) -> None:
    """Each event has its moment, and comments are none."""
    events = caller.stream(f"{url}/stream", {}, {})
    assert [each.message for each in events] == [{"message": {"text": "é"}}, {"result": {}}]
    assert [each.at for each in events] == [1, 2]


@pytest.mark.parametrize("path", ["/text", "/list"])
def test_no_json(caller: Caller, url: str, path: str) -> None:
    """A page, or JSON that is no object, is no answer of ours."""
    with pytest.raises(FoundError, match="200 and no JSON object"):
        caller.get(f"{url}{path}")


def test_nobody_there(caller: Caller) -> None:
    """A function that does not answer is found out, and not waited for."""
    with pytest.raises(FoundError, match="does not answer: ConnectionError"):
        caller.get("http://127.0.0.1:9/health")
