"""An edge in a Flask application, answering the test client."""

import json
import socket
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from conteur.entrypoints.callable import (
    Call,
    ClientWatch,
    Edge,
    Emit,
    Handler,
    Heartbeat,
    ReadingLimit,
)
from tests.fakes import FakeAuthenticator, FakeClock, FakeTimers, RecordingObserver

STREAM = {"Accept": "text/event-stream"}


class EdgeUnderTest:
    """Calls an edge as a client does; set `handler` to what should answer."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = FakeTimers(self.clock)
        self.authenticator = FakeAuthenticator()
        self.observer = RecordingObserver()
        self.handler: Handler = lambda call, _emit: {"data": call.data}
        heartbeat = Heartbeat(self.timers, self.clock.monotonic)
        limit = ReadingLimit(self.timers, self.clock.monotonic)
        self.edge = Edge(self.authenticator, self.observer, heartbeat, limit, self.clock.monotonic)
        self.socket: socket.socket | None = None
        app = Flask("edge")
        app.add_url_rule(
            "/",
            "call",
            lambda: self.edge.answer(request, self._handle),
            methods=["POST", "GET", "OPTIONS"],
            provide_automatic_options=False,
        )
        app.add_url_rule("/__/health", "health", lambda: self.edge.answer(request, self._handle))
        self.client = app.test_client()

    def watch_clients(self) -> None:
        """Let calls end with their clients, as CLIENT_GONE=cancel has it."""
        watch = ClientWatch(self.timers, self.clock.monotonic)
        self.edge = replace(self.edge, client_watch=watch)

    def _handle(self, call: Call, emit: Emit) -> Mapping[str, Any]:
        return self.handler(call, emit)

    def call(self, data: object, **headers: str) -> TestResponse:
        """Call whole."""
        return self.post(json.dumps({"data": data}).encode(), headers)

    def stream(self, data: object) -> list[Any]:
        """Call streaming, and return each event's content."""
        return events(self.post(json.dumps({"data": data}).encode(), STREAM).data)

    def post(
        self,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> TestResponse:
        return self.client.post(
            "/",
            data=body,
            headers=headers,
            content_type=content_type,
            environ_overrides={"gunicorn.socket": self.socket} if self.socket else None,
        )


def events(body: bytes) -> list[Any]:
    """Return the content of each event of a stream; a comment is its text."""
    return [
        json.loads(event.removeprefix("data: ")) if event.startswith("data: ") else event
        for event in body.decode().split("\n\n")
        if event
    ]


@pytest.fixture
def edge() -> EdgeUnderTest:
    return EdgeUnderTest()
