"""The whole stack starts, reloads, fails and ends as it says."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from scripts.local.errors import LocalStackError, ProcessError
from scripts.local.firebase_project import ROOT
from scripts.local.model_choice import ModelChoice
from scripts.local.processes import Probe
from scripts.local.progress import Progress
from scripts.local.readiness import answers
from scripts.local.stack import Stack, local_stack
from scripts.local.store import SECRETS_FILE
from tests.scripts.local.marked import marked, needs_proc, wait_for_end
from tests.scripts.local.small_project import small_project, write_functions

pytestmark = pytest.mark.server

MODEL = ModelChoice(f"test-key-{uuid4()}", base_url="http://127.0.0.1:9/v1")
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
model, root = ModelChoice("test-key"), Path(sys.argv[1])
with ending_well(), local_stack(model, Progress(), root, with_store=True) as stack:
    print(stack.addresses.health, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the temporary files of the stacks that this test starts."""
    monkeypatch.setattr("tempfile.tempdir", str(open_folder))
    return open_folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def stack(project: Path) -> Iterator[Stack]:
    with local_stack(MODEL, Progress(), project) as running:
        yield running


def _supervisor(project: Path, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(project)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "functions"), "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _health(supervisor: "subprocess.Popen[str]") -> str:
    assert supervisor.stdout is not None
    return supervisor.stdout.readline().strip()


def _answering(stack: Stack, body: bytes) -> Probe[bool]:
    return lambda: answers(stack.addresses.health)() == body or None


def test_a_changed_function_is_loaded(stack: Stack, project: Path) -> None:
    """A change in the functions' code is served without a restart."""
    write_functions(project, "better")
    stack.emulators.wait_for(_answering(stack, b"better"), "serving the change", LIMIT)


@needs_proc
def test_the_key_stays_with_the_secret_manager(stack: Stack) -> None:
    """The model's key is in the memory of the Secret Manager stand-in, and in no file of a run."""
    holders = {Path(f"/proc/{pid}/cmdline").read_text() for pid in marked(MODEL.key)}
    files = [file.read_bytes() for file in stack.folder.iterdir() if file.is_file()]
    assert holders
    assert all("secret-manager" in holder for holder in holders)
    assert not any(MODEL.key.encode() in content for content in files)


def test_a_stack_is_without_a_store_unless_it_is_asked_for(stack: Stack) -> None:
    """A stack that only tells stories has no PostgreSQL, and says so."""
    with pytest.raises(LocalStackError, match="has no store"):
        _ = stack.store
    assert not (stack.folder / SECRETS_FILE).exists()


@needs_proc
def test_functions_that_cannot_be_loaded_end_the_start(tmp_path: Path, folder: Path) -> None:
    """A function that fails to load ends the start with its own error, and its log is kept."""
    broken = small_project(tmp_path / "broken")
    (broken / "functions/main.py").write_text("raise RuntimeError('no such setting')")
    with (
        pytest.raises(ProcessError, match="RuntimeError: no such setting"),
        local_stack(MODEL, Progress(), broken),
    ):
        pass
    assert (marked(str(folder)), len(list(folder.glob("*/emulators.log")))) == (set(), 1)


@needs_proc
def test_two_stacks_run_at_once_and_leave_no_process(project: Path, folder: Path) -> None:
    """Two stacks run at once, and neither Ctrl-C nor SIGKILL leaves a process of theirs behind."""
    with _supervisor(project, folder) as first, _supervisor(project, folder) as second:
        addresses = {_health(first), _health(second)}
        assert all(answers(address)() for address in addresses)
        running = marked(str(folder))
        first.send_signal(signal.SIGINT)
        second.kill()
    wait_for_end(running)
    assert (len(addresses), marked(str(folder))) == (2, set())
