"""The page's server answers GET, on loopback, to pages of its own origin."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest

from scripts.local.watch.errors import UnavailableError
from scripts.local.watch.server import Answer, PageServer, as_file, as_json

pytestmark = pytest.mark.server


def broken(_query: str) -> Answer:
    raise IndexError("out of range")


def unavailable(_query: str) -> Answer:
    raise UnavailableError("It sleeps.")


@pytest.fixture
def server() -> Iterator[PageServer]:
    routes = {
        "/": as_file("/", b"<p>Here"),
        "/page.js": as_file("/page.js", b"go()"),
        "/echo.json": lambda query: as_json({"query": query}),
        "/asleep": unavailable,
        "/broken": broken,
    }
    with PageServer(0, routes) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def connection(server: PageServer) -> Iterator[HTTPConnection]:
    opened = HTTPConnection(server.address, timeout=10)
    yield opened
    opened.close()


def got(connection: HTTPConnection, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    return reply, reply.read()


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [("/", "text/html", b"<p>Here"), ("/page.js", "text/javascript", b"go()")],
)
def test_files_have_their_types(
    connection: HTTPConnection, path: str, kind: str, body: bytes
) -> None:
    """A file is sent with its type, and nothing of it may come from elsewhere."""
    reply, sent = got(connection, path)
    assert (reply.status, sent) == (200, body)
    assert reply.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert "default-src 'none'; script-src 'self'" in reply.headers["Content-Security-Policy"]


def test_a_route_gets_its_query(connection: HTTPConnection) -> None:
    """A path's route answers its query string."""
    assert json.loads(got(connection, "/echo.json?a=b")[1]) == {"query": "a=b"}


def test_a_name_that_points_here_gets_nothing(connection: HTTPConnection) -> None:
    """A page of another name for this address cannot read what is here."""
    reply, body = got(connection, "/echo.json", Host="evil.example")
    assert (reply.status, b"query" in body) == (421, False)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/asleep", 503), ("/broken", 500)],
)
def test_what_is_not_to_be_had_is_said(connection: HTTPConnection, path: str, status: int) -> None:
    """An answer without its document says why, as JSON."""
    reply, body = got(connection, path)
    assert (reply.status, list(json.loads(body))) == (status, ["error"])


def test_nothing_but_get_is_answered(connection: HTTPConnection) -> None:
    """There is nothing to change."""
    connection.request("POST", "/echo.json", b"{}")
    assert connection.getresponse().status == 501


def test_a_mistake_of_ours_is_logged_and_ends_nothing(
    connection: HTTPConnection, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody has foreseen is said by its type, logged with its place, and the rest goes on."""
    reply, body = got(connection, "/broken")
    told = {"error": "/broken failed: IndexError (page.log says where)"}
    assert (reply.status, json.loads(body)) == (500, told)
    assert "IndexError: out of range" in caplog.text
    assert got(connection, "/echo.json")[0].status == 200
