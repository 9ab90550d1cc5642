"""A Redis of the tests' own, on loopback: Debian's, without a file on disk."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from redis import Redis

from scripts.local.environment import base_environment
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, Process, running
from scripts.local.readiness import listens

START_SECONDS = 20.0
PATIENCE = 10.0
_DEBIANS = "/usr/bin/redis-server"  # apt-get install redis-server


@dataclass
class RedisServer:
    """A server that a test may stop, start again, and put to sleep."""

    port: int
    folder: Path
    process: Process

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    @contextmanager
    def client(self) -> Iterator[Redis]:
        """Yield a patient client, for the test's own questions."""
        with Redis.from_url(self.url, socket_timeout=PATIENCE, decode_responses=True) as client:
            yield client

    def connections(self) -> int:
        """Return how often anybody has connected, this question included."""
        with self.client() as client:
            return int(client.info("stats")["total_connections_received"])

    def configure(self, **settings: str) -> None:
        with self.client() as client:
            for name, value in settings.items():
                client.config_set(name.replace("_", "-"), value)

    def start(self) -> None:
        self.process.start()
        self.process.wait_for(listens(self.port), "ready", START_SECONDS)

    def stop(self) -> None:
        self.process.stop()

    def load_slowly(self) -> None:
        """Start the server again with data that take it a while: it answers LOADING till then."""
        with self.client() as client:
            client.mset({f"key-{number}": "value" for number in range(20_000)})
            client.save()
        self.stop()
        slow = ("--key-load-delay", "300", "--loading-process-events-interval-bytes", "1024")
        command = replace(self.process.command, argv=(*self.process.command.argv, *slow))
        self.process = Process(command, self.process.log)
        self.start()

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Let the server answer nobody during the block, whatever it has been asked."""
        with self.client() as client:
            server = int(client.info("server")["process_id"])
        os.kill(server, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(server, signal.SIGCONT)


@contextmanager
def redis_running(folder: Path) -> Iterator[RedisServer]:
    """Run a server until the block ends."""
    with reserved_ports(1) as (port,):
        command = _command(port, folder)
        with running(command, folder / "redis.log") as process:
            process.wait_for(listens(port), "ready", START_SECONDS)
            server = RedisServer(port, folder, process)
            yield server
            server.stop()


def _command(port: int, folder: Path) -> Command:
    program = shutil.which("redis-server") or _DEBIANS
    words = f"--bind {HOST} --port {port} --dir {folder} --appendonly no --daemonize no"
    argv = (program, *words.split(), "--save", "")
    return Command("redis", argv, base_environment(os.environ), folder)
