"""A job's function as the platform calls it, and what it logs."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Request, Response, request
from flask.testing import FlaskClient

from conteur.entrypoints.job import Job
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.metric import Metric
from tests.fakes import FakeClock, FakeLoad


@dataclass
class Sink:
    """Takes every snapshot."""

    taken: list[Snapshot] = field(default_factory=list)

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        del timeout
        self.taken.append(snapshot)


class World:
    """A job over a clock, a meter and a sink of its own."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.meter = Aggregate()
        self.sink = Sink()
        state = InstanceState(self.meter, "the_job", FakeLoad(), self.clock.monotonic)
        self.flusher = Flusher(self.meter, self.sink, state, self.clock.monotonic)
        self.job = Job("the_job", "demo-conteur", self.meter, self.flusher, self.clock.monotonic)

    def sent(self, metric: Metric) -> dict[tuple[str, ...], object]:
        """Return the metric's series that are not 0, as they were sent last."""
        last = self.sink.taken[-1].series
        return {one.labels: one.value for one in last if one.metric is metric and one.value}


def serving(answer: Callable[[Request], Response]) -> FlaskClient:
    """Serve every path, as functions-framework does."""
    app = Flask("job")
    app.before_request(lambda: answer(request))
    return app.test_client()


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
