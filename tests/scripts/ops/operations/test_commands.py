"""Running the programs that operations use."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ops.operations import commands
from scripts.ops.operations.commands import LAST_LINES, Programs, Ran
from scripts.ops.operations.errors import OperationError

STARTS_ANOTHER = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
other = '''
import os, signal, socket
signal.signal(signal.SIGINT, signal.SIG_IGN)
asked = socket.create_connection(("127.0.0.1", int(os.environ["PORT"])))
os.kill(int(os.environ.get("INTERRUPTED", os.getpid())), signal.SIGINT)
asked.recv(1)
asked.sendall(b"still here")
'''
subprocess.run([sys.executable, "-c", other])
"""
"""A program that starts another one, which Ctrl-C does not end.

The other one presses Ctrl-C for the process that INTERRUPTED names. At PORT it can be asked.
"""


@pytest.fixture
def asking() -> Iterator[socket.socket]:
    """Listen for a program that can be asked whether it is still there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield listening


def test_both_streams_and_the_code(tmp_path: Path) -> None:
    """What a program printed, wherever, and how it ended."""
    both = "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"
    ran = Programs(tmp_path, {})([sys.executable, "-c", both], seconds=30)
    assert (ran.code, ran.text.split()) == (3, ["out", "err"])


def test_where_and_with_what(tmp_path: Path) -> None:
    """It runs at the root of the checkout, with what is added to its environment."""
    told = "import os; print(os.getcwd(), os.environ['WHERE'])"
    ran = Programs(tmp_path, {"WHERE": "here"})([sys.executable, "-c", told], seconds=30)
    assert ran.text.split() == [str(tmp_path), "here"]


def test_it_cannot_wait_for_an_answer(tmp_path: Path) -> None:
    """A program that asks gets the end of its input at once."""
    ran = Programs(tmp_path, {})([sys.executable, "-c", "input()"], seconds=30)
    assert "EOFError" in ran.text


def test_a_program_that_is_missing(tmp_path: Path) -> None:
    """It says which one, and how to get it."""
    with pytest.raises(OperationError, match="no-such-program is not installed"):
        Programs(tmp_path, {})(["no-such-program"], seconds=1)


def test_a_program_that_hangs(tmp_path: Path) -> None:
    """It is ended, and what it has done is called unknown."""
    hangs = "import threading; threading.Event().wait()"
    with pytest.raises(OperationError, match=r"took longer than 0 s .* not known"):
        Programs(tmp_path, {})([sys.executable, "-c", hangs], seconds=0.2)


def test_what_a_program_that_hangs_has_started(
    tmp_path: Path, asking: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs that were started by the one that hangs are ended with it."""
    in_short(monkeypatch)
    programs = Programs(tmp_path, {"PORT": port_of(asking)})
    with pytest.raises(OperationError, match="took longer than 1 s"):
        programs([sys.executable, "-c", STARTS_ANOTHER], seconds=1)
    assert answer(asking) == b""


def test_ctrl_c_ends_what_was_started(
    tmp_path: Path, asking: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deploy does not go on by itself after its operation was interrupted."""
    in_short(monkeypatch)
    environment = {"PORT": port_of(asking), "INTERRUPTED": str(os.getpid())}
    with pytest.raises(KeyboardInterrupt):
        Programs(tmp_path, environment)([sys.executable, "-c", STARTS_ANOTHER], seconds=60)
    assert answer(asking) == b""


def in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less after Ctrl-C than for a real program; the end itself may take its time."""
    endings = ((signal.SIGINT, 0.1), (signal.SIGTERM, 0.1), (signal.SIGKILL, 10.0))
    monkeypatch.setattr(commands, "ENDINGS", endings)


def port_of(asking: socket.socket) -> str:
    """Return the port of a socket."""
    return str(asking.getsockname()[1])


def answer(asking: socket.socket) -> bytes:
    """Return what the program that was started says; nothing where it has ended."""
    try:
        asked, _ = asking.accept()
    except BlockingIOError:
        return b""
    with asked:
        asked.settimeout(None)
        asked.shutdown(socket.SHUT_WR)
        return asked.recv(100)


def test_the_last_lines() -> None:
    """Of a long output the end is shown, where programs say what was wrong."""
    text = "\n".join(f"line {number}" for number in range(100))
    assert Ran(("firebase",), 1, text).last_lines.splitlines()[-1] == "line 99"
    assert len(Ran(("firebase",), 1, text).last_lines.splitlines()) == LAST_LINES
