"""The health of what the product depends on."""

import json

import pytest

from conteur.errors import SecretUnavailableError
from conteur.use_cases.check_health import KEPT_SECONDS, CheckHealth
from tests.fakes import FakeClock, FakeProbe


def test_states() -> None:
    """Each dependency is well, or failing for a reason."""
    probes = [FakeProbe("a"), FakeProbe("b", SecretUnavailableError("down"))]
    states = CheckHealth(probes, FakeClock())().states
    assert states == {"a": "ok", "b": "failing: SECRET_UNAVAILABLE"}


class BrokenProbe:
    """Fails in a way that nobody foresaw."""

    name = "b"

    def check(self, timeout: float) -> None:
        raise ZeroDivisionError(timeout)


def test_unforeseen(capsys: pytest.CaptureFixture[str]) -> None:
    """A dependency that fails in an unforeseen way is a bug, logged, beside the others' states."""
    states = CheckHealth([FakeProbe("a"), BrokenProbe()], FakeClock())().states
    assert states == {"a": "ok", "b": "failing: BUG"}
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["dependency"]) == ("health.probe_failed", "b")
    assert "ZeroDivisionError" in line["stack_trace"]


def test_kept() -> None:
    """Callers in a hurry share one look, so that a public route cannot be used to hammer."""
    clock, probe = FakeClock(), FakeProbe("a")
    check_health = CheckHealth([probe], clock)
    for _ in range(10):
        check_health()
    assert probe.checks == 1
    clock.advance(KEPT_SECONDS + 1)
    check_health()
    assert probe.checks == 2
