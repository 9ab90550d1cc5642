"""Prometheus is found on PATH, and where scripts/setup has unpacked it."""

from pathlib import Path

import pytest

from scripts.local.prometheus import FOLDER, find_prometheus, find_promtool


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty PATH, and return the folder of a project's unpacked programs."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    folder = tmp_path / FOLDER / "usr/bin"
    folder.mkdir(parents=True)
    return folder


def test_without_it_nothing_is_found(tmp_path: Path, unpacked: Path) -> None:
    """Where neither is there, there is none."""
    assert list(unpacked.iterdir()) == []
    assert find_prometheus(tmp_path) is None
    assert find_promtool(tmp_path) is None


def test_the_unpacked_one_is_found(tmp_path: Path, unpacked: Path) -> None:
    """What scripts/setup has unpacked is found."""
    (unpacked / "prometheus").touch()
    (unpacked / "promtool").touch()
    assert find_prometheus(tmp_path) == unpacked / "prometheus"
    assert find_promtool(tmp_path) == unpacked / "promtool"


def test_the_one_on_path_wins(tmp_path: Path, unpacked: Path) -> None:
    """A program on PATH is taken before the unpacked one."""
    (unpacked / "promtool").touch()
    own = tmp_path / "bin/promtool"
    own.parent.mkdir()
    own.touch(0o755)
    assert find_promtool(tmp_path) == own
