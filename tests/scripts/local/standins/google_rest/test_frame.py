"""The frame of the stand-ins for REST services, on the wire."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection

import pytest
import requests

from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestFault,
    RestStandIn,
    Route,
    serve,
)

PATIENCE = 5  # seconds until a call that hangs fails its test
BAD, BUSY = HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE


class Notes(RestStandIn):
    """A service that keeps what it is sent."""

    host = "notes.googleapis.com"

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Body] = []

    def routes(self) -> Sequence[Route]:
        return (
            ("POST", r"/v1/notes/(?P<id>[^/]+):keep", self._keep),
            ("GET", r"/v1/notes/(?P<id>[^/]+)", self._echo),
        )

    def _keep(self, asked: Asked) -> Body:
        self.kept.append(asked.body)
        return {"kept": len(self.kept)}

    def _echo(self, asked: Asked) -> Body:
        return {"id": asked.parts["id"], "query": asked.query, "ua": asked.headers["user-agent"]}


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def url(notes: Notes) -> Iterator[str]:
    with serve(notes) as url:
        yield f"{url}/{notes.host}"


def keep(url: str, data: str | Iterator[bytes] = "{}") -> tuple[int, Body]:
    reply = requests.post(f"{url}/v1/notes/one:keep", data=data, timeout=PATIENCE)
    return reply.status_code, reply.json()


def test_a_route(url: str, notes: Notes) -> None:
    """A request reaches its route with the path's parts, unquoted, its query and its headers."""
    answer = requests.get(
        f"{url}/v1/notes/%28default%29?a=1&a=2&b=", headers={"User-Agent": "me"}, timeout=PATIENCE
    )
    assert answer.json() == {"id": "(default)", "query": {"a": ["1", "2"], "b": [""]}, "ua": "me"}
    assert notes.calls == ["GET /v1/notes/(default)"]


@pytest.mark.parametrize(
    ("data", "told"),
    [("{", "Invalid JSON payload received."), ("[1]", "Root element must be a message")],
)
def test_no_json(url: str, data: str, told: str) -> None:
    """A body that is no object of JSON is refused as Google does."""
    status, answer = keep(url, data)
    assert (status, answer["error"]["status"]) == (BAD, "INVALID_ARGUMENT")
    assert told in answer["error"]["message"]


def test_a_body_of_unknown_length(url: str, notes: Notes) -> None:
    """A body that is sent in chunks arrives whole."""
    assert keep(url, iter([b'{"a": ', b"1}"])) == (200, {"kept": 1})
    assert notes.kept == [{"a": 1}]


def test_nothing_there(url: str) -> None:
    """A path, a method and a host that nothing answers are not found."""
    other = url.replace("notes", "other")
    asked = [
        requests.get(f"{url}/v2/notes/one", timeout=PATIENCE),
        requests.put(f"{url}/v1/notes/one", timeout=PATIENCE),
        requests.get(f"{other}/v1/notes/one", timeout=PATIENCE),
    ]
    assert [reply.status_code for reply in asked] == [404] * 3
    assert "Nothing stands in for other.googleapis.com" in asked[2].text


def test_failing_on_purpose(url: str, notes: Notes) -> None:
    """Only what a fault names fails, with its status and message, until it is taken away."""
    notes.fault = RestFault(BUSY, "try later", only="^POST")
    status, answer = keep(url)
    assert (status, answer["error"]["message"], notes.kept) == (503, "try later", [])
    assert requests.get(f"{url}/v1/notes/one", timeout=PATIENCE).ok
    notes.fault = None
    assert keep(url)[0] == 200


def test_every_second(url: str, notes: Notes) -> None:
    """A fault may hit every n-th request only, of those that it names."""
    notes.fault = RestFault(BUSY, only="keep", every=2)
    assert [keep(url)[0] for _ in range(4)] == [200, 503, 200, 503]


def test_a_lost_answer(url: str, notes: Notes) -> None:
    """A request whose answer is lost has taken effect."""
    notes.fault = RestFault(BUSY, lost_answer=True)
    assert (keep(url)[0], notes.kept) == (503, [{}])


def test_stopping_lets_late_answers_go(notes: Notes) -> None:
    """When the block ends, whoever waits for a late answer has it, and no thread is left."""
    notes.fault = RestFault(delay_seconds=3600)
    before = threading.active_count()
    with serve(notes) as url:
        caller = threading.Thread(target=keep, args=(f"{url}/{notes.host}",))
        caller.start()
        while not notes.calls:
            threading.Event().wait(0.001)
    caller.join(PATIENCE)
    assert (len(notes.kept), threading.active_count()) == (1, before)


def test_no_connection_is_left(notes: Notes) -> None:
    """A client that keeps its connection finds it closed when the block has ended."""
    with serve(notes) as url:
        kept = HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        kept.request("GET", f"/{notes.host}/v1/notes/one", headers={"User-Agent": "me"})
        assert kept.getresponse().read()
    with closing(kept):
        assert kept.sock.recv(1) == b""
