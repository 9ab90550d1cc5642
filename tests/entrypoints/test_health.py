"""The health route."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from conteur import __version__
from conteur.entrypoints.health import HealthEntrypoint, HealthReport
from conteur.errors import SecretUnavailableError
from conteur.settings import parse_settings
from conteur.telemetry import context
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.registry import FAILURES_IN_ROW, IN_FLIGHT
from conteur.use_cases.check_health import CheckHealth
from tests.fakes import FakeClock, FakeProbe
from tests.telemetry.flushing_world import PATIENCE, Instance

SETTINGS = parse_settings({"GOOGLE_CLOUD_PROJECT": "demo-conteur", "K_REVISION": "health-00007"})


def _client(*probes: FakeProbe) -> FlaskClient:
    report = HealthReport(SETTINGS, lambda: CheckHealth(probes, FakeClock()))
    return _serving(Instance().flusher, report)


def _serving(flusher: Flusher, report: HealthReport) -> FlaskClient:
    entrypoint = HealthEntrypoint(report, flusher)
    app = Flask("health")
    app.add_url_rule("/health", view_func=lambda: entrypoint.answer(request))
    return app.test_client()


def test_shallow() -> None:
    """The route says which version and revision runs, and looks at nothing else."""
    probe = FakeProbe("firestore")
    answer = _client(probe).get("/health")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "version": __version__,
        "revision": "health-00007",
        "environment": "production",
    }
    assert probe.checks == 0


def test_never_cached() -> None:
    """Hosting must not answer with yesterday's health."""
    assert _client().get("/health").headers["Cache-Control"] == "no-store"


def test_deep() -> None:
    """With `?deep=1` the answer names each dependency's state."""
    answer = _client(FakeProbe("firestore"), FakeProbe("openai")).get("/health?deep=1").get_json()
    assert answer["status"] == "ok"
    assert answer["dependencies"] == {"firestore": "ok", "openai": "ok"}


def test_degraded() -> None:
    """A dependency that fails is named with its reason, and the route itself still answers 200."""
    broken = FakeProbe("secretManager", SecretUnavailableError("down"))
    answer = _client(FakeProbe("firestore"), broken).get("/health?deep=1")
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "degraded"
    assert answer.get_json()["dependencies"]["secretManager"] == "failing: SECRET_UNAVAILABLE"


@pytest.fixture
def instance() -> Iterator[Instance]:
    """Make an instance whose sink hangs until the test's end."""
    made = Instance()
    made.sink.open.clear()
    yield made
    made.sink.open.set()
    made.flusher.close()


def _serving_of(instance: Instance) -> FlaskClient:
    """Serve the route, where a deep look counts something."""

    def look() -> CheckHealth:
        instance.count()
        return CheckHealth((), FakeClock())

    return _serving(instance.flusher, HealthReport(SETTINGS, look))


def test_metrics(instance: Instance) -> None:
    """What a deep look has counted is sent, and the request with it."""
    instance.sink.open.set()
    _serving_of(instance).get("/health?deep=1", buffered=True)
    assert instance.counted() == [1]
    assert instance.values(IN_FLIGHT, "generate_story") == [1]
    assert instance.values(FAILURES_IN_ROW, "generate_story") == [0]


def test_metrics_that_hang(instance: Instance) -> None:
    """The answer is whole before a sink is turned to, and a sink that hangs holds no request."""
    answer = _serving_of(instance).get("/health?deep=1")
    assert answer.get_json()["status"] == "ok"
    assert not instance.sink.reached.is_set()
    answer.close()
    assert instance.sink.reached.wait(PATIENCE)
    assert not instance.sink.sent


def test_shallow_metrics(instance: Instance) -> None:
    """A shallow look counts nothing, so nothing is sent."""
    _serving_of(instance).get("/health", buffered=True)
    instance.flusher.close()
    assert not instance.sink.reached.is_set()


def test_report_that_fails(instance: Instance) -> None:
    """A look that nobody foresaw to fail is a failed request, and over."""
    instance.sink.open.set()

    def fail() -> CheckHealth:
        raise ZeroDivisionError

    answer = _serving(instance.flusher, HealthReport(SETTINGS, fail)).get("/health?deep=1")
    assert answer.status_code == 500
    assert [instance.serve(), instance.serve(after_seconds=6)] == [1, 2]
    assert instance.values(IN_FLIGHT, "generate_story") == [1, 1]
    assert instance.values(FAILURES_IN_ROW, "generate_story")[0] == 1


def test_lines_of_a_look(capsys: pytest.CaptureFixture[str]) -> None:
    """What a deep look logs, on its own threads too, is its request's; its thread is then free."""

    class Broken(FakeProbe):
        def check(self, timeout: float) -> None:
            raise ZeroDivisionError(timeout)

    _client(Broken("firestore")).get("/health?deep=1")
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["function"]) == ("health.probe_failed", "health")
    assert line["correlationId"] == line["request_id"]
    assert context.current() is None
