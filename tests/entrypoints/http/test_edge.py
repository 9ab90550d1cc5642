"""The HTTP edge, as clients see it."""

import io
import json
import socket
import threading
import uuid
from itertools import combinations
from typing import Any

import pytest
from werkzeug.test import TestResponse

from conteur.errors import ShortMemoryError, StoreNotFoundError
from tests.entrypoints.store_world import (
    API_URL,
    AUTHORIZED,
    CONFIRMED,
    CORRELATION,
    GOOD,
    PUBLISH,
    World,
)

JSON = {**AUTHORIZED, "Content-Type": "application/json"}
TOO_MUCH = b"{" * 65_537

# What may be wrong with a request to publish, in the order in which it is looked for.
CHECKS: dict[str, tuple[str, Any]] = {
    "ROUTE_NOT_FOUND": ("path", "/api/store/publis"),
    "METHOD_NOT_ALLOWED": ("method", "PUT"),
    "STORE_DISABLED": ("disabled", True),
    "MEMORY_ERROR": ("memory", True),
    "BODY_TOO_LARGE": ("body", TOO_MUCH),
    "UNSUPPORTED_MEDIA_TYPE": ("media", "text/plain"),
    "NO_TOKEN": ("authorization", ""),
    "RATE_LIMITED": ("used", 121),
    "MALFORMED_JSON": ("body", b"{"),
    "CONFIRMATION_REQUIRED": ("body", b"{}"),
    "STORE_NOT_FOUND": ("error", StoreNotFoundError("none")),
}
STATUS = dict(zip(CHECKS, (404, 405, 503, 503, 413, 415, 401, 429, 400, 400, 404), strict=True))


def _answer(world: World, *wrong: str) -> tuple[int, str]:
    """Send a request that is wrong in these ways; of two that share a part the first counts."""
    way = dict(CHECKS[reason] for reason in reversed(wrong))
    if "disabled" in way:
        world.knobs = type(world.knobs)(models=("m",), store_enabled=False)
    if "memory" in way:
        world.short_memory = ShortMemoryError("short")
    world.limiter.used = way.get("used", 1)
    world.error = way.get("error")
    headers = {
        "Authorization": way.get("authorization", "Bearer good"),
        "Content-Type": way.get("media", "application/json"),
    }
    answer = world.call(
        way.get("method", "POST"), way.get("path", PUBLISH), way.get("body", CONFIRMED), headers
    )
    return answer.status_code, answer.get_json()["error"]


@pytest.mark.parametrize("reason", CHECKS)
def test_each_check(world: World, reason: str) -> None:
    """Each thing that is wrong is told by its status and reason; only the last gets to a store."""
    assert _answer(world, reason) == (STATUS[reason], reason)
    assert len(world.did) == (reason == "STORE_NOT_FOUND")


@pytest.mark.parametrize(("earlier", "later"), list(combinations(CHECKS, 2)))
def test_order(world: World, earlier: str, later: str) -> None:
    """Of two things that are wrong the one that is looked for first is told."""
    assert _answer(world, earlier, later) == (STATUS[earlier], earlier)


def test_every_answer_has(world: World) -> None:
    """Every answer says whose it is, and that nobody keeps it, guesses its type or bars pages."""
    for answer in (world.send("publish"), world.call("GET", "/x"), world.call("OPTIONS", PUBLISH)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert uuid.UUID(answer.headers["X-Correlation-Id"]).version == 4


def test_correlation(world: World) -> None:
    """The caller's correlation id is in the header, the body and every line of the log."""
    answer = world.send("publish", b"{}", X_Correlation_Id=CORRELATION)
    assert answer.headers["X-Correlation-Id"] == CORRELATION
    assert answer.get_json()["correlationId"] == CORRELATION


@pytest.mark.parametrize("route", [name for name, good in GOOD.items() if good[0] == "GET"])
def test_head(world: World, route: str) -> None:
    """HEAD is answered as GET, with its length and without its body."""
    path = GOOD[route][1]
    got, head = (world.call(method, path, headers=AUTHORIZED) for method in ("GET", "HEAD"))
    assert head.status_code == got.status_code == 200
    assert head.headers["Content-Length"] == str(len(got.data))
    assert head.data == b""


def test_preflight(world: World) -> None:
    """A page of any origin may send what the routes take, also while they are turned off."""
    world.knobs = type(world.knobs)(models=("m",), store_enabled=False)
    answer = world.call("OPTIONS", PUBLISH, headers={"Origin": "https://a.example"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    for name in ("Authorization", "Content-Type", "Idempotency-Key", "If-Match"):
        assert name in answer.headers["Access-Control-Allow-Headers"].split(", ")


@pytest.mark.parametrize("route", ["openapi", "health"])
def test_open_while_disabled(world: World, route: str) -> None:
    """The contract and the health are shown while the routes are turned off."""
    world.knobs = type(world.knobs)(models=("m",), store_enabled=False)
    assert world.send(route).status_code == 200


def test_disabled(world: World) -> None:
    """While the routes are off, callers hear when to come back."""
    world.knobs = type(world.knobs)(
        models=("m",), store_enabled=False, store_retry_after_seconds=77
    )
    answer = world.send("status")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "77")


def test_rate_limit(world: World) -> None:
    """An author hears in every answer what is left, and past the limit when to come back."""
    world.limiter.used = 120
    assert world.send("publish", b"{").headers["RateLimit"] == '"default";r=0;t=42'
    world.limiter.used = 121
    answer = world.send("publish")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "42")
    assert answer.headers["RateLimit-Policy"] == '"default";q=120;w=60'
    assert world.limiter.callers == ["author:author-1"] * 2


@pytest.mark.parametrize("route", ["public_store", "verify_step", "openapi", "health"])
def test_nobody_to_count(world: World, route: str) -> None:
    """Where no author calls none is counted."""
    assert "RateLimit" not in world.send(route).headers
    assert world.limiter.callers == []


@pytest.mark.parametrize("error", [ZeroDivisionError("private words"), SystemExit(1)])
def test_bug(world: World, capsys: pytest.CaptureFixture[str], error: BaseException) -> None:
    """What nobody foresaw is a 500 that says nothing of it; the log has the stack."""
    world.error = error
    answer = world.send("status")
    assert (answer.status_code, answer.get_json()["error"]) == (500, "BUG")
    assert b"private" not in answer.data
    bug = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (bug["event"], "in status" in bug["stack_trace"]) == ("call.bug", True)


def test_chunked_body_without_end(world: World) -> None:
    """A body without a length is read no further than any body may be."""
    sent = io.BytesIO(b"{" * 200_000)
    chunked = {"wsgi.input": sent, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = world.call("POST", PUBLISH, headers=JSON, environ=chunked)
    assert answer.get_json()["error"] == "BODY_TOO_LARGE"
    assert sent.read() == b""


def test_chunked_body(world: World) -> None:
    """A body without a length is as good as one with it."""
    chunked = {"wsgi.input": io.BytesIO(CONFIRMED), "wsgi.input_terminated": True}
    answer = world.call("POST", PUBLISH, headers=JSON, environ={**chunked, "CONTENT_LENGTH": ""})
    assert answer.status_code == 200


def test_body_of_the_largest_size(world: World) -> None:
    """A body of 65,536 bytes is read, and one byte more is too large."""
    room = 65_536 - len(b'{"confirmPublish": true, "a": ""}')
    body = b'{"confirmPublish": true, "a": "' + b"a" * room + b'"}'
    assert world.send("publish", body).status_code == 200
    assert world.send("publish", body + b" ").status_code == 413


def test_broken_off(world: World) -> None:
    """A body that ends before its length is refused, whatever it says so far."""
    short = {"wsgi.input": io.BytesIO(CONFIRMED), "CONTENT_LENGTH": "200"}
    answer = world.call("POST", PUBLISH, headers=JSON, environ=short)
    assert answer.get_json()["error"] == "MALFORMED_JSON"
    assert world.did == []


def test_body_of_a_get(world: World) -> None:
    """Nobody looks at what comes with a GET."""
    headers = {**AUTHORIZED, "Content-Type": "text/plain"}
    assert world.call("GET", "/api/store/status", TOO_MUCH, headers).status_code == 200


def test_query(world: World) -> None:
    """Unknown query parameters are ignored."""
    assert world.call("GET", "/api/store/status?a=%2F&a=1", headers=AUTHORIZED).status_code == 200


def test_emulators_health(world: World) -> None:
    """The Functions emulator hears that the worker is up, and nothing is counted."""
    assert world.call("GET", "/__/health").data == b"OK"


def test_problem_type(world: World) -> None:
    """A problem says where its reason is explained."""
    answer = world.call("GET", "/x")
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["type"] == f"{API_URL}/errors.json#ROUTE_NOT_FOUND"


def test_dripping_body(world: World) -> None:
    """A body that takes longer than ten seconds to arrive is read no further."""
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(b"{")
        arrived: list[TestResponse] = []
        wsgi = {"wsgi.input": stream, "CONTENT_LENGTH": "24", "gunicorn.socket": ours}
        reader = threading.Thread(
            target=lambda: arrived.append(world.call("POST", PUBLISH, headers=JSON, environ=wsgi))
        )
        reader.start()
        assert world.timers.begun.wait(30)
        world.timers.pass_time(10)
        reader.join(30)
    assert arrived[0].get_json()["error"] == "MALFORMED_JSON"
