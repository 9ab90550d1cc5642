"""The server has a core, and all else another one."""

import os
import subprocess
import sys

from tests.bench.cores import LOAD_CORE, SERVER_CORE, on_core, pinned

TELL = "import os; print(*os.sched_getaffinity(0))"


def test_a_pinned_command() -> None:
    """A pinned command may use its core only, wherever it is started from."""
    with on_core(LOAD_CORE):
        told = subprocess.check_output(pinned((sys.executable, "-c", TELL), SERVER_CORE))
    assert told.split() == [str(SERVER_CORE).encode()]


def test_on_a_core() -> None:
    """A block stays on its core, and what follows it does not."""
    before = os.sched_getaffinity(0)
    with on_core(SERVER_CORE):
        assert os.sched_getaffinity(0) == {SERVER_CORE}
    assert os.sched_getaffinity(0) == before
