"""Peers in Python run on production's packages alone where those are installed."""

import sys
from pathlib import Path

import pytest

from tests.bench.peers import interpreter as module
from tests.bench.peers.interpreter import STAMPED, interpreter


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "VENV", tmp_path)
    return tmp_path


def test_installed(venv: Path) -> None:
    """A whole virtual environment has the Python that serves."""
    (venv / STAMPED).touch()
    assert interpreter() == venv / "bin" / "python"


def test_not_installed(venv: Path) -> None:
    """Without one, or with a part of one, the Python that runs the tests serves too."""
    (venv / "bin").mkdir()
    (venv / "bin" / "python").touch()
    assert interpreter() == Path(sys.executable)
