"""A server's figures are those of all its processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench import figures as module
from tests.bench.figures import family, figures

WAITS = "input()"
GROWS = """
import os, threading
print(flush=True)
input()
threading.Thread(target=threading.Event().wait, daemon=True).start()
file = open(os.devnull)
print(flush=True)
input()
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1); input()'])"


@contextmanager
def started(program: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program that ends when its input does."""
    command = (sys.executable, "-c", program)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.communicate(b"\n")


@pytest.mark.server
def test_a_family() -> None:
    """What a process has started belongs to it."""
    with started(PARENT) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()  # its child runs
        members = list(family(parent.pid))
        assert len(members) == 2
        alone = figures(members[1])
        together = figures(parent.pid)
    assert together.pss_mb > alone.pss_mb > 1
    assert together.cpu_seconds > alone.cpu_seconds > 0
    assert together.threads > alone.threads


def test_a_thread_that_has_just_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that is listed and gone when it is read has no children; the others' still count."""
    monkeypatch.setattr(module, "PROC", tmp_path)
    for task in ("7/task/7", "7/task/8", "7/task/9", "50/task/50"):
        (tmp_path / task).mkdir(parents=True)
    (tmp_path / "7/task/7/children").touch()
    (tmp_path / "7/task/9/children").write_text("50 ")
    (tmp_path / "50/task/50/children").touch()
    assert sorted(family(7)) == [7, 50]


@pytest.mark.server
def test_threads_and_descriptors() -> None:
    """A thread more and an open file more are seen."""
    with started(GROWS) as process:
        assert process.stdout
        process.stdout.readline()
        before = figures(process.pid)
        assert process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.readline()
        after = figures(process.pid)
    assert after.threads - before.threads == 1
    assert after.descriptors - before.descriptors == 1


def test_cpu_time_is_fine() -> None:
    """CPU time that is far shorter than a clock tick is seen."""
    before = figures(os.getpid()).cpu_seconds
    used = figures(os.getpid()).cpu_seconds - before
    assert 0 < used < 1


@pytest.mark.server
def test_a_process_that_is_gone() -> None:
    """A server that has ended has no figures."""
    with started(WAITS) as process:
        pass
    with pytest.raises(OSError, match=str(process.pid)):
        figures(process.pid)
