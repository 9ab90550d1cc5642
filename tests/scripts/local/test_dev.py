"""`scripts/dev` keeps the stack up, can be called as it says, and ends with Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from scripts.local.dev import show_log
from scripts.local.errors import ProcessError
from scripts.local.firebase_project import ROOT
from scripts.local.processes import running
from scripts.local.readiness import answers
from tests.scripts.local.conftest import PythonCommand
from tests.scripts.local.marked import marked, needs_proc

PATIENCE_SECONDS = 60.0
MARKED = '\x1b[90m> \x1b[39m {"event": "call.ended"}'


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Have Ctrl-C heard, also where the tests were started in the background by a shell.

    Such a shell has its children ignore it (POSIX, "Asynchronous Lists"), and theirs do so too.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def dev(open_folder: Path, ctrl_c: None) -> "Iterator[subprocess.Popen[str]]":
    del ctrl_c
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.local.dev"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "functions", "TMPDIR": str(open_folder)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def _guide(dev: "subprocess.Popen[str]") -> str:
    assert dev.stdout is not None
    lines = iter(dev.stdout.readline, "")
    return "".join(iter(lambda: next(lines), "The same from JavaScript:\n"))


def test_emulators_that_end_are_an_error(
    python_command: PythonCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is logged is shown, and emulators that end without being told to are an error."""
    with (
        running(python_command("print('so long')"), tmp_path / "log") as emulators,
        pytest.raises(ProcessError, match="The program ended by itself"),
    ):
        show_log(emulators, from_now=False)
    assert capsys.readouterr().out == "so long\n"


def test_functions_lines_are_printed_as_they_were_written(
    python_command: PythonCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A function's line is JSON as `jq` reads it, and the emulators' own lines stay as they are."""
    program = f"print({MARKED!r}); print('i  functions: loaded')"
    with (
        running(python_command(program), tmp_path / "log") as emulators,
        pytest.raises(ProcessError),
    ):
        show_log(emulators, from_now=False)
    assert capsys.readouterr().out == '{"event": "call.ended"}\ni  functions: loaded\n'


@pytest.mark.server
@needs_proc
def test_the_printed_call_works_and_ctrl_c_ends_all(
    dev: "subprocess.Popen[str]", open_folder: Path
) -> None:
    """The printed call streams a story, the dashboard is there, and Ctrl-C then leaves nothing."""
    text = _guide(dev)
    headers = dict(re.findall(r"-H '(.+?): (.+?)'", text))
    (url,), (body,) = re.findall(r"curl -N (\S+)", text), re.findall(r"-d '(.+)'", text)
    request = Request(url, body.encode(), headers)  # noqa: S310 - loopback
    with urlopen(request, timeout=PATIENCE_SECONDS) as reply:  # noqa: S310 - loopback
        assert b'"status":"completed"' in reply.read()
    (page,) = re.findall(r"Dashboard +(\S+)", text)
    assert b"<title>conteur, local dashboard</title>" in (answers(page)() or b"")
    dev.send_signal(signal.SIGINT)
    assert dev.wait(PATIENCE_SECONDS) == 0
    assert (marked(str(open_folder)), list(open_folder.iterdir())) == (set(), [])
