"""A project is set up once, by one set-up at a time."""

import fcntl
import io
import threading
from pathlib import Path

import pytest

from scripts.local.errors import LocalStackError
from scripts.local.installation.display import Display
from scripts.local.installation.parts import Purpose, parts
from scripts.local.installation.project import set_up
from tests.scripts.local.installation.conftest import NODE, FakeTool

LIMIT = 30.0


@pytest.fixture
def tools(fake_tool: FakeTool) -> None:
    fake_tool("node", f"echo {NODE}")
    fake_tool("npm", "exit 1")
    fake_tool("chromium", "")
    fake_tool("redis-server", "")
    fake_tool("jq", "")
    fake_tool("prometheus", "")
    fake_tool("promtool", "")


def _stamp_all(project: Path, purpose: Purpose) -> None:
    for part in parts(project, purpose, NODE):
        for step in part.steps:
            if step.stamp:
                step.stamp.path.parent.mkdir(parents=True, exist_ok=True)
                step.stamp.write()


class _Screen(io.StringIO):
    """Says when something has been written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_is_installed_is_left_alone(
    project: Path, purpose: Purpose, display: Display, screen: io.StringIO
) -> None:
    """Where all is installed, nothing is run or said, and no other set-up is waited for."""
    _stamp_all(project, purpose)
    set_up(project, purpose, display)
    assert screen.getvalue() == ""
    assert not (project / ".cache/setup.lock").exists()


@pytest.mark.usefixtures("tools")
def test_firebase_tools_finds_the_virtual_environment(project: Path, display: Display) -> None:
    """The virtual environment is linked, relatively, where firebase-tools looks for it."""
    _stamp_all(project, Purpose.RUN)
    set_up(project, Purpose.RUN, display)
    set_up(project, Purpose.RUN, display)
    assert (project / "functions/venv").readlink() == Path("../.venv")


def test_a_missing_tool_is_told_before_anything_is_installed(
    project: Path, fake_tool: FakeTool, display: Display, screen: io.StringIO
) -> None:
    """Without Node nothing is installed."""
    fake_tool("npm", "")
    with pytest.raises(LocalStackError, match=r"Node\.js"):
        set_up(project, Purpose.RUN, display)
    assert screen.getvalue() == ""


@pytest.mark.parametrize("purpose", [Purpose.TEST, Purpose.BENCH])
def test_a_missing_program_of_the_tests_is_asked_for(
    project: Path, purpose: Purpose, fake_tool: FakeTool, display: Display, screen: io.StringIO
) -> None:
    """Where a program that tests need cannot be installed, one line says so."""
    fake_tool("node", f"echo {NODE}")
    fake_tool("npm", "")
    _stamp_all(project, purpose)
    set_up(project, purpose, display)
    lines = screen.getvalue().splitlines()
    missing = ["chromium", "redis-server", "jq", "prometheus"]
    assert [line.partition(" is missing: ")[0] for line in lines] == missing


def test_who_only_runs_it_is_not_asked_for_prometheus_each_time(
    project: Path, fake_tool: FakeTool, display: Display, screen: io.StringIO
) -> None:
    """That there is no Prometheus is said where something is installed, and not ever after."""
    fake_tool("node", f"echo {NODE}")
    fake_tool("npm", "exit 1")
    with pytest.raises(LocalStackError):
        set_up(project, Purpose.RUN, display)
    assert screen.getvalue().startswith("prometheus is missing: ")
    screen.truncate(0)
    _stamp_all(project, Purpose.RUN)
    set_up(project, Purpose.RUN, display)
    assert screen.getvalue() == ""


def test_prometheus_is_unpacked_for_every_purpose(
    project: Path, fake_tool: FakeTool, display: Display, screen: io.StringIO
) -> None:
    """Where there is an apt-get, Prometheus is installed for running the stack too."""
    fake_tool("node", f"echo {NODE}")
    fake_tool("npm", "")
    fake_tool("apt-get", "")
    _stamp_all(project, Purpose.RUN)
    set_up(project, Purpose.RUN, display)
    assert "Installing: Prometheus (.cache/prometheus)" in screen.getvalue()


@pytest.mark.usefixtures("tools")
def test_two_set_ups_wait_for_each_other(project: Path) -> None:
    """A set-up waits for the one at work, and then does not install the same again."""
    screen = _Screen()
    (project / ".cache").mkdir()
    with (project / ".cache/setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=set_up, args=(project, Purpose.RUN, Display(screen)))
        second.start()
        assert screen.written.wait(LIMIT)
        _stamp_all(project, Purpose.RUN)
    second.join(LIMIT)
    assert screen.getvalue() == "Waiting for another scripts/setup in this folder to end\n"
