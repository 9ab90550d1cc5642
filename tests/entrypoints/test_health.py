"""The health route."""

from flask import Flask, request
from flask.testing import FlaskClient

from conteur import __version__
from conteur.entrypoints.health import HealthEntrypoint, HealthReport
from conteur.errors import SecretUnavailableError
from conteur.settings import parse_settings
from conteur.telemetry.guard_metrics import SECRET_REFRESHES
from conteur.telemetry.registry import FAILURES_IN_ROW, IN_FLIGHT
from conteur.use_cases.check_health import CheckHealth
from tests.entrypoints.jobs import World
from tests.fakes import FakeClock, FakeProbe

SETTINGS = parse_settings({"GOOGLE_CLOUD_PROJECT": "demo-conteur", "K_REVISION": "health-00007"})


def _client(*probes: FakeProbe) -> FlaskClient:
    report = HealthReport(SETTINGS, lambda: CheckHealth(probes, FakeClock()))
    return _serving(World(), report)


def _serving(world: World, report: HealthReport) -> FlaskClient:
    entrypoint = HealthEntrypoint(report, world.flusher)
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


def test_metrics() -> None:
    """What looking at the dependencies has counted is sent, and the request with it."""
    world = World()

    def look() -> CheckHealth:
        world.meter.count(SECRET_REFRESHES, result="failed")
        return CheckHealth((), FakeClock())

    _serving(world, HealthReport(SETTINGS, look)).get("/health?deep=1")
    (sent,) = world.sink.taken
    values = {one.metric: one.value for one in sent.series if one.labels == ("the_job",)}
    assert values == {IN_FLIGHT: 1, FAILURES_IN_ROW: 0}
