"""The streaming edge, as clients see it."""

import io
import json
from dataclasses import replace

import pytest

from conteur.entrypoints.callable import Call, Emit, Handler
from conteur.errors import InvalidFieldError, NoTokenError, OpenAIRateLimitError
from tests.entrypoints.callable.conftest import STREAM, EdgeUnderTest, events
from tests.fakes import FakeTimer

REQUEST_ID = "4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f"


def _two_chunks(_call: Call, emit: Emit) -> dict[str, str]:
    emit({"text": "a"})
    emit({"text": "b"})
    return {"text": "ab"}


def _refuse(_call: Call, _emit: Emit) -> dict[str, str]:
    raise InvalidFieldError("prompt", "is empty")


def _break(_call: Call, _emit: Emit) -> dict[str, str]:
    raise ZeroDivisionError("private words")


def test_whole(edge: EdgeUnderTest) -> None:
    """A call without `Accept: text/event-stream` is answered with one JSON result."""
    edge.handler = _two_chunks
    answer = edge.call({})
    assert (answer.status_code, answer.json) == (200, {"result": {"text": "ab"}})
    assert answer.headers["Cache-Control"] == "no-store"


def test_stream(edge: EdgeUnderTest) -> None:
    """A streaming call gets each chunk as a message, then exactly one result."""
    edge.handler = _two_chunks
    assert edge.stream({}) == [
        {"message": {"text": "a"}},
        {"message": {"text": "b"}},
        {"result": {"text": "ab"}},
    ]


def test_whole_error(edge: EdgeUnderTest) -> None:
    """A refused whole call carries the status, the message and the details of the contract."""
    edge.handler = _refuse
    answer = edge.call({"requestId": REQUEST_ID})
    assert answer.status_code == 400
    assert answer.get_json()["error"] == {
        "status": "INVALID_ARGUMENT",
        "message": "prompt: is empty",
        "details": {
            "reason": "INVALID_FIELD",
            "retryable": False,
            "field": "prompt",
            "requestId": REQUEST_ID,
        },
    }


@pytest.mark.parametrize("handler", [_refuse, _break])
def test_stream_error(edge: EdgeUnderTest, handler: object) -> None:
    """A failing stream is HTTP 200 with one error event, since `.stream()` hangs on all else."""
    edge.handler = handler  # type: ignore[assignment] # parametrize knows no types
    answer = edge.post(b'{"data": {}}', STREAM)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/event-stream")
    assert [list(event) for event in events(answer.data)] == [["error"]]


def test_bug(edge: EdgeUnderTest) -> None:
    """An unforeseen exception answers `internal` without its text, which the observer gets."""
    edge.handler = _break
    answer = edge.call({})
    assert answer.status_code == 500
    assert answer.get_json()["error"]["details"]["reason"] == "BUG"
    assert b"private words" not in answer.data
    assert isinstance(edge.observer.failures[0][1], ZeroDivisionError)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"topic": 1}', "application/json"),
        (b'{"data": NaN}', "application/json"),
        (b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json"),
        (b'{"data": {}}', "text/plain"),
        (b'{"data": "' + b"x" * 1_000_000 + b'"}', "application/json"),
        (b'{"data": "\xff"}', "application/json"),
    ],
)
@pytest.mark.parametrize("headers", [{}, STREAM])
def test_malformed(
    edge: EdgeUnderTest, body: bytes, content_type: str, headers: dict[str, str]
) -> None:
    """A body that is not a call is `invalid-argument`, MALFORMED_JSON, field `data`."""
    answer = edge.post(body, headers, content_type)
    error = events(answer.data)[0]["error"] if headers else answer.get_json()["error"]
    assert error["status"] == "INVALID_ARGUMENT"
    assert (error["details"]["reason"], error["details"]["field"]) == ("MALFORMED_JSON", "data")


def test_get(edge: EdgeUnderTest) -> None:
    """A call that is not a POST is refused as `on_call` refuses it, with 400."""
    assert edge.client.get("/").status_code == 400


def test_unauthenticated_before_handler(edge: EdgeUnderTest) -> None:
    """A caller that is not signed in never reaches the handler."""
    edge.authenticator.error = NoTokenError("nobody is signed in")
    edge.handler = _break
    answer = edge.call({})
    assert (answer.status_code, answer.get_json()["error"]["details"]["reason"]) == (
        401,
        "NO_TOKEN",
    )


def test_int64(edge: EdgeUnderTest) -> None:
    """Numbers that Android and iOS wrap as Int64 arrive as numbers."""
    wrapped = {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "500"}
    assert edge.call({"words": wrapped}).json == {"result": {"data": {"words": 500}}}


def test_retry_after(edge: EdgeUnderTest) -> None:
    """An error that says when to come back says so in a header and in the details."""

    def busy(_call: Call, _emit: Emit) -> dict[str, str]:
        raise OpenAIRateLimitError("busy", retry_after_seconds=6.2)

    edge.handler = busy
    answer = edge.call({})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.get_json()["error"]["details"]["retryAfterSec"] == 7


def test_heartbeat(edge: EdgeUnderTest) -> None:
    """A stream that is quiet for 20 seconds carries comment lines in the meantime."""

    def think(_call: Call, _emit: Emit) -> dict[str, str]:
        edge.timers.pass_time(20)
        return {}

    edge.handler = think
    answer = edge.post(b'{"data": {}}', STREAM)
    assert answer.data == b': ping\n: ping\ndata: {"result":{}}\n\n'


def test_no_heartbeat_for_apple(edge: EdgeUnderTest) -> None:
    """The Apple SDK, which takes a comment line for a broken stream, gets none."""

    def think(_call: Call, _emit: Emit) -> dict[str, str]:
        edge.timers.pass_time(20)
        return {}

    edge.handler = think
    agent = {"User-Agent": "Stories/1 CFNetwork/3826.500.131 Darwin/24.5.0"}
    assert edge.post(b'{"data": {}}', {**STREAM, **agent}).data == b'data: {"result":{}}\n\n'


def test_no_heartbeat_after_end(edge: EdgeUnderTest) -> None:
    """Once a stream has ended, nothing is left that would write to it."""
    edge.stream({})
    assert [timer for timer in edge.timers.timers if timer.action] == []


def test_request_id(edge: EdgeUnderTest) -> None:
    """The id that the body names replaces the one that the edge made, in all that follows."""
    edge.call({"requestId": REQUEST_ID.upper()})
    assert edge.observer.request_ids[-1] == REQUEST_ID


def test_duration(edge: EdgeUnderTest) -> None:
    """The observer hears how long the call took, and how it ended."""

    def slow(_call: Call, _emit: Emit) -> dict[str, str]:
        edge.clock.advance(3)
        return {}

    edge.handler = slow
    edge.call({})
    assert edge.observer.ends == [(None, 3.0, 0.0)]


def test_preflight(edge: EdgeUnderTest) -> None:
    """A browser's preflight is allowed, with the headers that the Firebase SDK sends."""
    answer = edge.client.options(
        "/",
        headers={
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-firebase-appcheck",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "x-firebase-appcheck" in answer.headers["Access-Control-Allow-Headers"]


def test_cors_on_answers(edge: EdgeUnderTest) -> None:
    """Every answer may be read by a page of another origin, streams and errors too."""
    edge.handler = _refuse
    body = json.dumps({"data": {}}).encode()
    for headers in ({}, STREAM):
        answer = edge.post(body, {**headers, "Origin": "https://app.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"


def test_emulator_health(edge: EdgeUnderTest) -> None:
    """The Functions emulator's question to a new worker is no call."""
    assert edge.client.get("/__/health").data == b"OK"
    assert edge.observer.ends == []


class BrokenObserver:
    """Fails whenever it hears of anything."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def started(self, *_: object) -> None:
        raise self._error

    identified = failed = ended = started


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), SystemExit(1)])
@pytest.mark.parametrize("handler", [_two_chunks, _refuse, _break])
def test_broken_observer(
    edge: EdgeUnderTest,
    handler: Handler,
    error: BaseException,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What logs and metrics do wrong changes nothing of what a client gets, and is logged."""
    edge.handler = handler
    edge.edge = replace(edge.edge, observer=BrokenObserver(error))
    broken = edge.stream({})
    told = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert set(told) == {"edge.beside_failed"}
    edge.edge = replace(edge.edge, observer=edge.observer)
    assert [list(event) for event in broken] == [list(event) for event in edge.stream({})]


def test_no_thread_for_the_heartbeat(edge: EdgeUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat that cannot start costs no client its answer."""

    def no_thread(_when: float, _action: object) -> FakeTimer:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(edge.timers, "call_at", no_thread)
    edge.handler = _two_chunks
    assert edge.stream({})[-1] == {"result": {"text": "ab"}}


class BrokenBody(io.BytesIO):
    """A body whose connection breaks."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise ConnectionResetError

    readinto = readline = read  # type: ignore[assignment] # however it is read


@pytest.mark.parametrize("headers", [{}, STREAM])
def test_body_that_breaks_off(edge: EdgeUnderTest, headers: dict[str, str]) -> None:
    """A body that does not arrive whole is answered in the protocol, as a malformed call."""
    answer = edge.client.post(
        "/",
        input_stream=BrokenBody(),
        content_length=10,
        headers=headers,
        content_type="application/json",
    )
    error = events(answer.data)[0]["error"] if headers else answer.get_json()["error"]
    assert error["details"]["reason"] == "MALFORMED_JSON"
