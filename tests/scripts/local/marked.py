"""Find the processes of one test by a word in their environment, and wait for their end."""

import os
import select
import sys
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(
    sys.platform != "linux", reason="finds processes in /proc, which only Linux has"
)
LIMIT_MS = 30_000


def marked(word: str) -> set[int]:
    """Return the running processes whose environment holds the word."""
    own = os.getpid()
    environments = Path("/proc").glob("[0-9]*/environ")
    return {int(path.parent.name) for path in environments if word in _read(path)} - {own}


def wait_for_end(processes: set[int]) -> None:
    """Return when all have ended; fails where one does not."""
    for pid in processes:
        try:
            ended = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        assert poll.poll(LIMIT_MS), f"process {pid} is still running"
        os.close(ended)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # ended meanwhile
        return ""
