"""What is built, when, and by whom."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from conteur.bootstrap import Lazy, Services
from conteur.settings import parse_settings
from conteur.telemetry.guard_metrics import CPU_PERCENT, SECRET_REFRESHES
from conteur.telemetry.registry import DEPLOYED, IN_FLIGHT, Outcome
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from tests.adapters.monitoring_world import read

PATIENCE_SECONDS = 10.0
FUNCTIONS = Path(__file__).parent.parent / "functions"
HEAVY = (
    "openai",
    "httpx2",
    "grpc",
    "google.cloud.",
    "google.api_core",
    "firebase_admin",
    "firebase_functions",
)


def test_lazy_builds_once() -> None:
    """A service that many threads want at once is built by one of them, for all."""
    built: list[object] = []

    def build() -> object:
        built.append(object())
        return built[0]

    service = Lazy(build)
    ready = threading.Barrier(8)
    seen: list[object] = []

    def use() -> None:
        ready.wait(timeout=10)
        seen.append(service())

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert set(map(id, seen)) == {id(built[0])}


def test_lazy_tries_again() -> None:
    """A service that could not be built is tried again by its next user."""
    problems = [ZeroDivisionError()]

    def build() -> str:
        if problems:
            raise problems.pop()
        return "built"

    service = Lazy(build)
    with pytest.raises(ZeroDivisionError):
        service()
    assert service() == "built"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Return services in a place without Google credentials."""
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    return Services(parse_settings({"GOOGLE_CLOUD_PROJECT": "demo-conteur"}))


def test_warm_up_that_fails(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    """A step of the warm-up that fails is logged, stops no other, and raises nothing."""
    services.warm_up(services.generate_story)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failed = [line["step"] for line in lines if line["event"] == "warm_up.failed"]
    assert failed == ["generate_story", "knobs", "api_key"]


def test_health_of_what_cannot_be_built(services: Services) -> None:
    """A client that cannot be built is its own dependency's failure, told beside the others."""
    states = services.check_health()().states
    assert states["firestore"] == "failing: BUG"
    assert set(states) == {"firestore", "secretManager", "openai"}


@pytest.mark.parametrize("function", DEPLOYED)
def test_gauges_of_every_function(function: str) -> None:
    """What an instance sends tells how it does, under its function's name, whichever that is."""
    monitoring = MonitoringStandIn()
    with monitoring.serve() as address:
        local = {"CONTEUR_ENV": "local", "MONITORING_ENDPOINT": address}
        given = {"FUNCTION_TARGET": function, **local}
        services = Services(parse_settings({"GOOGLE_CLOUD_PROJECT": "demo-conteur", **given}))
        services.flusher.on_request_start()
        services.meter.count(SECRET_REFRESHES, result="changed")
        services.flusher.on_request_end(Outcome.COMPLETED, PATIENCE_SECONDS)
        sent = {metric: read(address, metric.type) for metric in (IN_FLIGHT, CPU_PERCENT)}
    (peak,), (cpu,) = sent[IN_FLIGHT], sent[CPU_PERCENT]
    assert (peak.metric.labels["function"], peak.points[0].value.int64_value) == (function, 1)
    assert cpu.points[0].value.int64_value >= 0
    assert monitoring.rejections == []


def test_nothing_heavy_before_a_call() -> None:
    """A serving process binds its port without having imported a cloud library or openai."""
    code = f"import sys, main;print([m for m in sys.modules if m.startswith({HEAVY!r})])"
    environment = {
        "FUNCTION_TARGET": "generate_story",
        "GOOGLE_CLOUD_PROJECT": "demo-conteur",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FUNCTIONS,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == "[]"
