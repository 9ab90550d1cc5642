"""The report names what its figures depend on."""

from pathlib import Path

import pytest

from scripts.local.installation.parts import BENCH_VENV
from tests.bench.machine import PYTHON_PACKAGES, machine
from tests.bench.peers import interpreter
from tests.bench.peers.interpreter import STAMPED


def test_the_packages_that_are_served() -> None:
    """Each package has the version that the servers run."""
    told = machine()["Python"]
    assert all(f"{name} " in told for name in PYTHON_PACKAGES)
    assert "missing" not in told


def test_which_packages_those_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says whether the servers run on production's packages alone, or on the tests' too."""
    monkeypatch.setattr(interpreter, "VENV", tmp_path)
    assert "(the tests' environment, with packages of theirs)" in machine()["Python"]
    (tmp_path / STAMPED).touch()
    assert f"({BENCH_VENV})" in machine()["Python"]
