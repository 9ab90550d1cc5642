"""A peer, served as production serves it, alone on its core."""

import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.local.errors import ProcessError
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command
from tests.bench.cores import SERVER_CORE, pinned
from tests.bench.figures import Figures, figures
from tests.bench.peers import Peer
from tests.bench.services import Services

START_SECONDS = 60.0
POLL_SECONDS = 0.001
LAST_LINES = 15
WITHOUT_BYTECODE = shutil.ignore_patterns("__pycache__", "venv", ".env*")


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
def serving(peer: Peer, services: Services, folder: Path) -> Iterator[Server]:
    """Spawn the peer's server and go on at once; the block's end ends it with all its processes.

    `folder` gets its log. It dies with this thread, too.
    """
    compile_dependencies()
    folder.mkdir(parents=True, exist_ok=True)
    with reserved_ports(1) as (port,):
        command = peer.command(port, services)
        home = _fresh(command.cwd, folder / "source") if peer.copied else command.cwd
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
            _end(process, command)


@functools.cache
def compile_dependencies() -> None:
    """Compile the installed packages, as a buildpack does; once for each process that measures."""
    packages = sysconfig.get_path("purelib")
    subprocess.run([sys.executable, "-m", "compileall", "-q", packages], check=False)


def _fresh(source: Path, place: Path) -> Path:
    """Return a copy of `source` without bytecode, which own files do not have in production."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(source, place, ignore=WITHOUT_BYTECODE)
    return place


def _end(process: "subprocess.Popen[bytes]", command: Command) -> None:
    """Ask the server to end, as Cloud Run does, and then end what is left of its session."""
    process.send_signal(command.stop_signal)
    with suppress(subprocess.TimeoutExpired):
        process.wait(command.grace_seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
