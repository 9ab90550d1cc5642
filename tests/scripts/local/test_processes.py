"""A process is ready, fails or ends as its `Process` says, and leaves nothing behind."""

import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.local.errors import ProcessError
from scripts.local.processes import Command, Process, running, running_together
from scripts.local.readiness import printed
from tests.scripts.local.conftest import LEAVES_AN_ORPHAN, PythonCommand
from tests.scripts.local.marked import marked, needs_proc, wait_for_end

SLEEP = "import time; print('asleep', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
LIMIT = 30.0
SOME_GROUP = 4
ROOT = Path(__file__).parents[3]

SUPERVISOR = """
import sys
from pathlib import Path
from scripts.local.processes import Command, running
from scripts.local.readiness import printed
log, marker, program = sys.argv[1:]
command = Command("It", (sys.executable, "-c", program), {"MARKER": marker}, Path.cwd())
with running(command, Path(log)) as process:
    process.wait_for(printed(process, "asleep"), "asleep", 30)
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_waiting_returns_what_the_probe_found(
    python_command: PythonCommand, tmp_path: Path
) -> None:
    """Waiting for a process returns what the probe found in what it printed."""
    command = python_command("print('listening on 7', flush=True); input()")
    with running(command, tmp_path / "log") as process:
        found = process.wait_for(printed(process, r"on (\d)"), "listening", LIMIT)
    assert found[1] == "7"


def test_a_process_that_ends_too_early_shows_its_last_lines(
    python_command: PythonCommand, tmp_path: Path
) -> None:
    """A process that ends before it is ready is an error with its code and its last lines."""
    command = python_command("import sys; print('no such table'); sys.exit(3)")
    with (
        running(command, tmp_path / "log") as process,
        pytest.raises(ProcessError, match=r"The program ended with code 3(?s:.*)no such table"),
    ):
        process.wait_for(lambda: None, "ready", LIMIT)


def test_a_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """A command that cannot be started is an error that names it and says why."""
    command = Command("It", ("no-such-tool",), {}, tmp_path)
    with (
        running(command, tmp_path / "log") as process,
        pytest.raises(ProcessError, match="no-such-tool cannot be started: No such file"),
    ):
        process.wait_for(lambda: None, "ready", LIMIT)


def test_time_that_is_up_is_an_error(python_command: PythonCommand, tmp_path: Path) -> None:
    """A process that is not ready in time is an error that says what it was not."""
    with (
        running(python_command(SLEEP), tmp_path / "log") as process,
        pytest.raises(ProcessError, match="was not ready within 0 s"),
    ):
        process.wait_for(lambda: None, "ready", timeout_seconds=0)


def test_lines_come_until_the_process_ends(python_command: PythonCommand, tmp_path: Path) -> None:
    """The lines of a process come without their colours, and end when it ends."""
    with running(python_command(r"print('\x1b[31mred\x1b[0m\nlast')"), tmp_path / "log") as process:
        assert list(process.lines()) == ["red", "last"]


@needs_proc
def test_an_orphan_ends_with_the_process_that_left_it(
    python_command: PythonCommand, tmp_path: Path, marker: str
) -> None:
    """When a command has ended, what it left behind in sessions of its own is ended too."""
    with running(python_command(LEAVES_AN_ORPHAN), tmp_path / "log") as process:
        list(process.lines())
    assert marked(marker) == set()


@needs_proc
def test_a_process_deaf_to_sigterm_ends_after_its_grace(
    python_command: PythonCommand, tmp_path: Path, marker: str
) -> None:
    """A process that ignores SIGTERM is killed when its grace is over."""
    with running(python_command(DEAF, grace_seconds=0.1), tmp_path / "log") as process:
        process.wait_for(printed(process, "asleep"), "asleep", LIMIT)
    assert marked(marker) == set()


class Unstoppable(Process):
    """A process that claims to go on when it is stopped."""

    def stop(self) -> None:
        super().stop()
        raise self.failure("did not end")


def _run_together(processes: list[Process]) -> None:
    with running_together(processes):
        for process in processes:
            process.wait_for(printed(process, "asleep"), "asleep", LIMIT)


@pytest.mark.parametrize("order", [1, -1], ids=["the first", "the last"])
def test_one_that_does_not_end_keeps_no_other_running(
    python_command: PythonCommand, tmp_path: Path, order: int
) -> None:
    """Of processes that run together, one that cannot be ended is an error once all are ended."""
    slow = Process(python_command(DEAF, grace_seconds=0.5), tmp_path / "slow")
    unstoppable = Unstoppable(python_command(SLEEP), tmp_path / "unstoppable")
    with pytest.raises(ProcessError, match="did not end"):
        _run_together([unstoppable, slow][::order])
    assert slow.exit_code() is not None


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_all_processes_end_with_their_supervisor(
    tmp_path: Path, marker: str, number: signal.Signals
) -> None:
    """However the supervisor ends, SIGKILL included, its process and that one's orphans end."""
    program = f"{LEAVES_AN_ORPHAN}\n{SLEEP}"
    argv = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "log"), marker, program]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        argv,
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as supervisor:
        assert supervisor.stdout is not None
        supervisor.stdout.readline()
        started = marked(marker)
        supervisor.send_signal(number)
    wait_for_end(started)
    assert (len(started) >= 3, marked(marker)) == (True, set())


@pytest.fixture
def further_group() -> Iterator[None]:
    """Be in one more group, where this process may choose its groups."""
    before = os.getgroups()
    if os.geteuid() == 0:
        os.setgroups([*before, SOME_GROUP])
    yield
    if os.geteuid() == 0:
        os.setgroups(before)


@pytest.mark.usefixtures("further_group")
def test_only_root_runs_a_command_as_somebody_else(
    python_command: PythonCommand, tmp_path: Path
) -> None:
    """Root's command with a user runs in that user's group alone; another's is not started."""
    command = replace(python_command(""), argv=("/usr/bin/id",), user="nobody", cwd=Path("/"))
    with running(command, tmp_path / "log") as process:
        found = process.wait_for(printed(process, r"^(?:uid=|/usr/bin/id).*"), "printed", LIMIT)
    nobody = pwd.getpwnam("nobody")
    ids = [nobody.pw_uid, nobody.pw_gid, nobody.pw_gid]  # and in no other group
    expected = ids if os.geteuid() == 0 else []
    assert [int(number) for number in re.findall(r"(\d+)\(", found[0])] == expected
