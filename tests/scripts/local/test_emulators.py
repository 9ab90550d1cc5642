"""The emulator suite is ready when the functions are loaded, and not before."""

from pathlib import Path

import pytest

from scripts.local.emulators import functions_loaded
from scripts.local.errors import LocalStackError, ProcessError
from scripts.local.java import java_home_bin
from scripts.local.node import node
from scripts.local.processes import Process, running
from tests.scripts.local.conftest import PythonCommand

READY = "All emulators ready! It is now safe to connect your app."
LOADED = "functions: Loaded functions definitions from source: generate_story, health."
FAILED = "functions: Failed to load function definition from source: no such setting"


def _having_printed(command: PythonCommand, folder: Path, *lines: str) -> Process:
    with running(command(f"print({chr(10).join(lines)!r})"), folder / "log") as process:
        list(process.lines())
    return process


def test_loaded_functions_are_named(python_command: PythonCommand, tmp_path: Path) -> None:
    """The suite is ready with the functions that it says it has loaded."""
    suite = _having_printed(python_command, tmp_path, LOADED, READY)
    assert functions_loaded(suite)() == ["generate_story", "health"]


def test_the_suites_own_ready_is_not_enough(python_command: PythonCommand, tmp_path: Path) -> None:
    """The suite is not ready when it says so itself, but has loaded nothing yet."""
    assert functions_loaded(_having_printed(python_command, tmp_path, READY))() is None


def test_a_failed_load_is_an_error(python_command: PythonCommand, tmp_path: Path) -> None:
    """Functions that cannot be loaded are an error with the emulator's own words."""
    suite = _having_printed(python_command, tmp_path, FAILED, READY)
    with pytest.raises(ProcessError, match="no such setting"):
        functions_loaded(suite)()


def test_java_is_the_installed_package() -> None:
    """The emulators' Java is the one that the set-up has installed."""
    assert (java_home_bin() / "java").is_file()


def test_missing_node_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Node is missing, the error says what to install."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LocalStackError, match="install Node 20"):
        node()
