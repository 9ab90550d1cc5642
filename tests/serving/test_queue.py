"""Calls that wait in gunicorn until one of its threads is free."""

import http.client
import json
import select
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients.app import new_app
from tests.clients.backends import Gunicorn
from tests.clients.client import Client
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

THREADS = 2
QUEUED_SECONDS = 0.5
TICK_MS = 20  # the kernel counts a connection's times in ticks of up to 10 ms
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Waited:
    """A call, and the least and the most that it can have waited."""

    request_id: str
    least_ms: float
    most_ms: float


Logged = tuple[Waited, dict[str, Any]]
"""A call, and what was logged at its end."""


@pytest.fixture(scope="module")
def calls(serve: Serve, client: Client) -> Iterator[tuple[Logged, Logged]]:
    """Call while stories take up all threads, and again on the same connection when none does."""
    with (
        serve(THREADS=str(THREADS)) as backend,
        closing(http.client.HTTPConnection(urlsplit(backend.url).netloc)) as connection,
    ):
        with _all_threads_taken(backend, client) as free_them:
            first = _call(connection, lambda: _pass_time(connection, free_them))
            second = _call(connection, lambda: None)
        yield (first, _end(backend, first)), (second, _end(backend, second))


def test_the_wait_counts(calls: tuple[Logged, Logged]) -> None:
    """A call's time begins when its bytes arrive, not when a thread is free to read them."""
    (waited, end), _ = calls
    assert waited.least_ms >= 1000 * QUEUED_SECONDS - TICK_MS
    assert waited.least_ms <= end["queued_ms"] <= waited.most_ms
    assert end["ms"] >= end["queued_ms"]


def test_each_call_waits_for_itself(calls: tuple[Logged, Logged]) -> None:
    """What came on a connection before a call is no part of its wait."""
    _, (waited, end) = calls
    assert end.get("queued_ms", 0) <= waited.most_ms


@contextmanager
def _all_threads_taken(backend: Gunicorn, client: Client) -> Iterator[Callable[[], None]]:
    """Tell a story in each thread until the block frees them; they are told to their end."""
    tellings = [backend.model.telling(f"A fox {uuid.uuid4()}") for _ in range(THREADS)]
    stories = [new_app(client, backend).start("whole", {"prompt": t.prompt}) for t in tellings]
    for telling in tellings:
        telling.wait_until_asked()

    def free_them() -> None:
        for telling in tellings:
            telling.titles().says("A fox met a star.").ends()

    yield free_them
    for story in stories:
        assert story.record()["result"]["status"] == "fulfilled"


def _pass_time(connection: http.client.HTTPConnection, free_threads: Callable[[], None]) -> None:
    answered, _, _ = select.select([connection.sock], [], [], QUEUED_SECONDS)
    assert not answered, "the call did not wait"
    free_threads()


def _call(connection: http.client.HTTPConnection, meanwhile: Callable[[], None]) -> Waited:
    """Send a call that is refused as soon as it is read."""
    request_id, sending = str(uuid.uuid4()), time.monotonic()
    body = json.dumps({"data": {"requestId": request_id}})
    connection.request("POST", "/", body, {"Content-Type": "application/json"})
    sent = time.monotonic()
    meanwhile()
    least_ms = 1000 * (time.monotonic() - sent) - TICK_MS
    assert b"NO_TOKEN" in connection.getresponse().read()
    most_ms = 1000 * (time.monotonic() - sending) + TICK_MS
    return Waited(request_id, least_ms, most_ms)


def _end(backend: Gunicorn, call: Waited) -> dict[str, Any]:
    """Wait for the line of the call's end in the log."""

    def find() -> dict[str, Any] | None:
        ends = (line for line in backend.log() if line["event"] == "call.ended")
        return next((end for end in ends if end["request_id"] == call.request_id), None)

    return backend.process.wait_for(find, "done with the call", PATIENCE_SECONDS)
