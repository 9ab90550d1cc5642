"""A peer, served as production serves it, alone on its core."""

import functools
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.local.errors import ProcessError
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command
from tests.bench.cores import SERVER_CORE, pinned
from tests.bench.figures import PROC, Figures, figures
from tests.bench.peers import Peer
from tests.bench.peers.interpreter import interpreter
from tests.bench.services import Services

START_SECONDS = 60.0
POLL_SECONDS = 0.001
LAST_LINES = 15
PACKAGES = "node_modules"
OWN_FILES = shutil.ignore_patterns("__pycache__", "venv", ".env*", PACKAGES)
COMPILE = """
import compileall, sysconfig
compileall.compile_dir(sysconfig.get_path("purelib"), quiet=2)
"""


@dataclass(frozen=True)
class Server:
    """A running server; `started` is the `time.monotonic()` just before it was spawned."""

    port: int
    started: float
    process: "subprocess.Popen[bytes]"
    log: Path

    def wait_bound(self) -> float:
        """Return how many seconds after `started` the port took a connection, or now does.

        Raises ProcessError if the server ends before, or takes too long.
        """
        while not self._is_bound():
            if self.process.poll() is not None or time.monotonic() > self.started + START_SECONDS:
                raise self._failure()
            time.sleep(POLL_SECONDS)
        return time.monotonic() - self.started

    def figures(self) -> Figures:
        """Return what all its processes use; raises OSError where one of them is gone."""
        return figures(self.process.pid)

    def _is_bound(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def _failure(self) -> ProcessError:
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return ProcessError("\n  ".join(["The server did not start. Its last lines:", *lines]))


@contextmanager
def serving(
    peer: Peer, services: Services, folder: Path, sources: Path, *, gracefully: bool = False
) -> Iterator[Server]:
    """Spawn the peer's server and go on at once; the block's end ends it with all its processes.

    It is killed, or else asked to end, `gracefully`, as Cloud Run does. It dies with this thread,
    too. `folder` gets its log. `sources` has the copies that servers run, made when it has none.
    """
    compile_dependencies()
    folder.mkdir(parents=True, exist_ok=True)
    with reserved_ports(1) as (port,):
        command = peer.command(port, services)
        home = _copied(command.cwd, sources)
        argv = ("setpriv", "--pdeathsig", "TERM", *pinned(command.argv, SERVER_CORE))
        log = folder / f"{peer.name}.log"
        with log.open("wb") as output:
            started = time.monotonic()
            process = subprocess.Popen(
                argv,
                cwd=home,
                env=dict(command.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield Server(port, started, process, log)
        finally:
            if gracefully:
                _ask_to_end(process, command)
            _kill(process)


@functools.cache
def compile_dependencies() -> None:
    """Compile the installed packages, as a buildpack does; once for each process that measures."""
    subprocess.run([interpreter(), "-c", COMPILE], check=False)


def _copied(source: Path, sources: Path) -> Path:
    """Return the copy of `source`: what is edited later is not measured, nor is bytecode."""
    place = sources / source.name
    if not place.exists():
        shutil.copytree(source, place, ignore=OWN_FILES)
        if (source / PACKAGES).is_dir():
            (place / PACKAGES).symlink_to(source / PACKAGES)
    return place


def _ask_to_end(process: "subprocess.Popen[bytes]", command: Command) -> None:
    """Send the signal, and wait as long as the command's grace."""
    process.send_signal(command.stop_signal)
    with suppress(subprocess.TimeoutExpired):
        process.wait(command.grace_seconds)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End what is left of the server's group, and wait until nothing of it uses the core."""
    with ExitStack() as watching:
        watched = [watching.enter_context(_watched(pid)) for pid in _members(process.pid)]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for ends in watched:
            select.select(ends, [], [])
    process.wait()


def _members(group: int) -> Sequence[int]:
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _is_in(pid, group)]


def _is_in(pid: int, group: int) -> bool:
    try:
        return os.getpgid(pid) == group
    except ProcessLookupError:
        return False


@contextmanager
def _watched(pid: int) -> Iterator[Sequence[int]]:
    """Yield a descriptor that can be read when the process has ended, none if it has."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        yield []
        return
    try:
        yield [descriptor]
    finally:
        os.close(descriptor)
