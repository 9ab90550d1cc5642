"""A server is spawned at once, alone on its core, and gone when its block ends."""

import os
import select
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.local.errors import ProcessError
from scripts.local.ports import HOST
from tests.bench.cores import SERVER_CORE
from tests.bench.figures import family
from tests.bench.peers import HELLO_WORLD
from tests.bench.services import Services
from tests.bench.serving import serving

pytestmark = pytest.mark.server

PATIENCE_SECONDS = 10.0
LEAVES_A_CHILD = """
import socket, subprocess, sys
child = subprocess.Popen(["sleep", "60"])
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()
"""


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """Watch a process, so that it can be waited for although it is nobody's child."""
    descriptor = os.pidfd_open(pid)
    yield descriptor
    os.close(descriptor)


def has_ended(descriptor: int) -> bool:
    ended, _, _ = select.select([descriptor], [], [], PATIENCE_SECONDS)
    return bool(ended)


def test_a_server_lives_as_long_as_its_block(surroundings: Services, tmp_path: Path) -> None:
    """All its processes are on its core, and nothing listens any more when the block ends."""
    with serving(HELLO_WORLD, surroundings, tmp_path) as server:
        assert 0 < server.wait_bound() <= time.monotonic() - server.started
        processes = list(family(server.process.pid))
        assert all(os.sched_getaffinity(pid) == {SERVER_CORE} for pid in processes)
        assert server.figures().threads >= len(processes)
    with socket.socket() as probe:
        assert probe.connect_ex((HOST, server.port)) != 0


def test_nothing_is_left_behind(surroundings: Services, tmp_path: Path) -> None:
    """What a server has started ends with it, even what it would have left running."""
    command = HELLO_WORLD.command(0, surroundings)
    program = (sys.executable, "-c", LEAVES_A_CHILD)
    peer = replace(
        HELLO_WORLD, command=lambda port, _services: replace(command, argv=(*program, str(port)))
    )
    with ExitStack() as watching:
        with serving(peer, surroundings, tmp_path) as server:
            server.wait_bound()
            pids = list(family(server.process.pid))
            ends = [watching.enter_context(watched(pid)) for pid in pids]
        assert [has_ended(end) for end in ends] == [True, True]


def test_own_files_have_no_bytecode(surroundings: Services, tmp_path: Path) -> None:
    """Each server runs a copy of its source that no start has left bytecode in."""
    with serving(HELLO_WORLD, surroundings, tmp_path) as server:
        server.wait_bound()
        copied = {path.name for path in (tmp_path / "source").rglob("*")}
    assert copied == {"__init__.py", "main.py"}


def test_a_server_that_does_not_start(surroundings: Services, tmp_path: Path) -> None:
    """What a server has printed is told where it ends instead of listening."""
    command = HELLO_WORLD.command(0, surroundings)
    broken = replace(command, argv=("sh", "-c", "echo no such function; exit 1"))
    peer = replace(HELLO_WORLD, command=lambda _port, _services: broken)
    with (
        serving(peer, surroundings, tmp_path) as server,
        pytest.raises(ProcessError, match="no such function"),
    ):
        server.wait_bound()
