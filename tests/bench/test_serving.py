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
from tests.bench.peers import HELLO_WORLD, Peer
from tests.bench.services import Services
from tests.bench.serving import serving

pytestmark = pytest.mark.server

LEAVES_A_CHILD = """
import socket, subprocess, sys
program = "held = b'x' * 200_000_000; print('held', flush=True); input()"  # slow to end
child = subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1)
child.stdout.readline()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()
"""
TELLS_ITS_END = """
import signal, socket, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("listening", flush=True)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
signal.sigwait({signal.SIGTERM})
print("ended as asked")
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return tmp_path / "sources"


def program(surroundings: Services, *argv: str, cwd: Path | None = None) -> Peer:
    """Return a peer that is served by a program, which gets the port as an argument more."""
    command = HELLO_WORLD.command(0, surroundings)
    return replace(
        HELLO_WORLD,
        command=lambda port, _services: replace(
            command, argv=(*argv, str(port)), cwd=cwd or command.cwd
        ),
    )


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """Watch a process, so that its end is seen although it is nobody's child."""
    descriptor = os.pidfd_open(pid)
    yield descriptor
    os.close(descriptor)


def has_ended(descriptor: int) -> bool:
    ended, _, _ = select.select([descriptor], [], [], 0)
    return bool(ended)


def test_a_server_lives_as_long_as_its_block(
    surroundings: Services, tmp_path: Path, sources: Path
) -> None:
    """All its processes are on its core, and nothing listens any more when the block ends."""
    with serving(HELLO_WORLD, surroundings, tmp_path, sources) as server:
        assert 0 < server.wait_bound() <= time.monotonic() - server.started
        processes = list(family(server.process.pid))
        assert all(os.sched_getaffinity(pid) == {SERVER_CORE} for pid in processes)
        assert server.figures().threads >= len(processes)
    with socket.socket() as probe:
        assert probe.connect_ex((HOST, server.port)) != 0


def test_nothing_is_left_behind(surroundings: Services, tmp_path: Path, sources: Path) -> None:
    """When its block ends, so has all that a server started: nothing uses the next one's core."""
    peer = program(surroundings, sys.executable, "-c", LEAVES_A_CHILD)
    with ExitStack() as watching:
        with serving(peer, surroundings, tmp_path, sources) as server:
            server.wait_bound()
            pids = list(family(server.process.pid))
            ends = [watching.enter_context(watched(pid)) for pid in pids]
        assert [has_ended(end) for end in ends] == [True, True]


@pytest.mark.parametrize(("gracefully", "last"), [(True, "ended as asked"), (False, "listening")])
def test_how_a_server_ends(
    surroundings: Services,
    tmp_path: Path,
    sources: Path,
    gracefully: bool,  # noqa: FBT001 - a parameter of the table
    last: str,
) -> None:
    """A server is asked to end, and given time for it, only where its end is of interest."""
    peer = program(surroundings, sys.executable, "-c", TELLS_ITS_END)
    with serving(peer, surroundings, tmp_path, sources, gracefully=gracefully) as server:
        server.wait_bound()
    assert server.log.read_text().splitlines()[-1] == last


def test_own_files_have_no_bytecode(surroundings: Services, tmp_path: Path, sources: Path) -> None:
    """A server runs a copy of its source, and no start leaves bytecode in it."""
    with serving(HELLO_WORLD, surroundings, tmp_path, sources) as server:
        server.wait_bound()
        copied = {path.name for path in (sources / "hello_world").rglob("*")}
    assert copied == {"__init__.py", "main.py"}


def test_the_source_is_copied_once(surroundings: Services, tmp_path: Path, sources: Path) -> None:
    """Each server runs the source as the first one had it, whatever is edited meanwhile."""
    home = tmp_path / "home"
    home.mkdir()
    peer, printed = program(surroundings, "sh", "-c", "cat main.py", cwd=home), []
    for text in ("as it was", "edited"):
        (home / "main.py").write_text(text)
        with serving(peer, surroundings, tmp_path, sources) as server:
            server.process.wait()
        printed.append(server.log.read_text())
    assert printed == ["as it was"] * 2


def test_packages_are_not_copied(surroundings: Services, tmp_path: Path, sources: Path) -> None:
    """Node finds a source's packages beside its copy, which has only a link to them."""
    packages = tmp_path / "home" / "node_modules"
    packages.mkdir(parents=True)
    peer = program(surroundings, "true", cwd=tmp_path / "home")
    with serving(peer, surroundings, tmp_path, sources):
        assert (sources / "home" / "node_modules").readlink() == packages


def test_a_server_that_does_not_start(
    surroundings: Services, tmp_path: Path, sources: Path
) -> None:
    """What a server has printed is told where it ends instead of listening."""
    peer = program(surroundings, "sh", "-c", "echo no such function; exit 1")
    with (
        serving(peer, surroundings, tmp_path, sources) as server,
        pytest.raises(ProcessError, match="no such function"),
    ):
        server.wait_bound()
