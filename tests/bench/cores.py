"""One core for the server that is measured, another one for all that it is measured with."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.local.errors import LocalStackError

CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0, 1]
SERVER_CORE = CORES[0]
LOAD_CORE = CORES[min(1, len(CORES) - 1)]


def pinned(argv: tuple[str, ...], core: int) -> tuple[str, ...]:
    """Return the command that runs `argv`, and all that it starts, on one core."""
    return ("taskset", "--cpu-list", str(core), *argv)


def check_cores() -> None:
    """Raise LocalStackError if this process may use fewer than two cores."""
    if len(CORES) < 2:
        raise LocalStackError("The server and its load need a core each: run this on two or more.")


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this thread, and what it starts meanwhile, on one core until the block ends."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
