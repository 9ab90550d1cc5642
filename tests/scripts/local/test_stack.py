"""The whole stack starts, reloads, fails and ends as it says."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.local.errors import ProcessError
from scripts.local.model_choice import ModelChoice
from scripts.local.processes import Probe
from scripts.local.progress import Progress
from scripts.local.readiness import answers
from scripts.local.stack import Stack, local_stack
from tests.scripts.local.marked import marked, needs_proc, wait_for_end
from tests.scripts.local.small_project import small_project, write_functions

pytestmark = pytest.mark.server

MODEL = ModelChoice("test-key", base_url="http://127.0.0.1:9/v1")
LIMIT = 60.0
"""Seconds."""

SUPERVISOR = """
import sys
from pathlib import Path
from scripts.local.model_choice import ModelChoice
from scripts.local.processes import Probe
from scripts.local.progress import Progress
from scripts.local.signals import ending_well
from scripts.local.stack import Stack, local_stack
with ending_well(), local_stack(ModelChoice("test-key"), Progress(), Path(sys.argv[1])) as stack:
    print(stack.addresses.health, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the temporary files of the stacks that this test starts."""
    made = tmp_path / "runs"
    made.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(made))
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return small_project(root)


def _supervisor(project: Path, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(project)],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _health(supervisor: "subprocess.Popen[str]") -> str:
    assert supervisor.stdout is not None
    return supervisor.stdout.readline().strip()


def _answering(stack: Stack, body: bytes) -> Probe[bool]:
    return lambda: answers(stack.addresses.health)() == body or None


@needs_proc
def test_a_changed_function_is_loaded_and_a_good_end_leaves_nothing(
    project: Path, folder: Path
) -> None:
    """A change in the functions' code is loaded, and a good end leaves no process and no file."""
    with local_stack(MODEL, Progress(), project) as stack:
        write_functions(project, "better")
        stack.emulators.wait_for(_answering(stack, b"better"), "serving the change", LIMIT)
    assert (marked(str(folder)), list(folder.iterdir())) == (set(), [])


@needs_proc
def test_functions_that_cannot_be_loaded_end_the_start(project: Path, folder: Path) -> None:
    """A function that fails to load ends the start with its own error, and its log is kept."""
    (project / "functions/main.py").write_text("raise RuntimeError('no such setting')")
    with (
        pytest.raises(ProcessError, match="RuntimeError: no such setting"),
        local_stack(MODEL, Progress(), project),
    ):
        pass
    assert (marked(str(folder)), len(list(folder.glob("*/emulators.log")))) == (set(), 1)


@needs_proc
def test_two_stacks_run_at_once_and_leave_nothing_however_they_end(
    project: Path, folder: Path
) -> None:
    """Two stacks run at once, and neither Ctrl-C nor SIGKILL leaves a process of theirs behind."""
    with _supervisor(project, folder) as first, _supervisor(project, folder) as second:
        addresses = {_health(first), _health(second)}
        assert [answers(address)() for address in addresses] == [b"well"] * 2
        running = marked(str(folder))
        first.send_signal(signal.SIGINT)
        second.kill()
    wait_for_end(running)
    assert (len(addresses), marked(str(folder))) == (2, set())
