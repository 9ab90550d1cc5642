"""A run's folder stays only when its logs are worth reading."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.local.errors import RefusedError
from scripts.local.firebase_project import ROOT
from scripts.local.run_directory import run_directory

KILLED = """
import os, signal
from scripts.local.run_directory import run_directory
with run_directory():
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _run(error: BaseException | None, *, logged: bool = True) -> Path:
    with run_directory() as folder:
        if logged:
            (folder / "emulators.log").write_text("it broke")
        if error is not None:
            raise error
    return folder


def test_a_good_end_removes_the_folder() -> None:
    """A run that ends well leaves no folder behind."""
    assert not _run(None).exists()


def test_an_error_keeps_the_folder_and_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error keeps the logs and gets a note that says where they are."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="broken") as caught:
        _run(ValueError("broken"))
    (folder,) = tmp_path.iterdir()
    assert caught.value.__notes__ == [f"The logs of this run are kept in {folder}"]


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (KeyboardInterrupt(), True),
        (SystemExit(143), True),
        (RefusedError(), True),
        (ValueError(), False),
    ],
    ids=["Ctrl-C", "SIGTERM", "a refusal", "an error before anything was logged"],
)
def test_nothing_worth_reading_is_removed(
    error: BaseException, *, logged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder stays of an interrupted run, of a refused request or of a run without logs."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(type(error)):
        _run(error, logged=logged)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of a run that SIGKILL ended goes when the next run starts."""
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environment, check=False)
    assert (killed.returncode, len(list(tmp_path.iterdir()))) == (-signal.SIGKILL, 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with run_directory() as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_the_next_run_leaves_what_runs_or_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the folder of a run that goes on nor one that is kept is removed by the next run."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="broken"):
        _run(ValueError("broken"))
    (kept,) = tmp_path.iterdir()
    with run_directory() as first, run_directory() as second:
        assert set(tmp_path.iterdir()) == {kept, first, second}
