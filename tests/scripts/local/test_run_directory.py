"""A run's folder stays only when its logs are worth reading."""

from pathlib import Path

import pytest

from scripts.local.run_directory import run_directory


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
    [(KeyboardInterrupt(), True), (SystemExit(143), True), (ValueError(), False)],
    ids=["Ctrl-C", "SIGTERM", "an error before anything was logged"],
)
def test_nothing_worth_reading_is_removed(
    error: BaseException, *, logged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an interrupted run nor one without logs leaves a folder behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(type(error)):
        _run(error, logged=logged)
    assert list(tmp_path.iterdir()) == []
