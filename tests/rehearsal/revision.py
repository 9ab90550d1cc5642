"""One revision of one function: a copy of the code, served as production serves it, on demand."""

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from dotenv import dotenv_values

from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, Process, running
from scripts.local.readiness import listens
from scripts.local.serving import START_SECONDS
from scripts.local.standins.cloud_logging.agent import Agent
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from tests.private_texts import keep_log

GRACE_SECONDS = 10.0  # as Cloud Run gives
NOT_DEPLOYED = shutil.ignore_patterns("venv", "__pycache__", "*.pyc", "*.log", ".*_cache")
"""What firebase.json keeps out of a deploy."""


@dataclass(frozen=True, slots=True)
class Where:
    """What revisions of a project share: its id, its log, a folder, and their environment."""

    project: str
    log: LoggingStandIn
    folder: Path
    environment: Mapping[str, str]


@dataclass(eq=False)
class Revision:
    """A revision by its own name (`generate-story-00002-loc`), of code in `source`.

    `settings` are what it was deployed with. It runs from the first request on, and ends with
    `close()`.
    """

    where: Where
    name: str
    function: str
    source: Path
    settings: Mapping[str, str]
    requests: int = 0
    process: Process | None = None
    _url: str = ""
    _agent: Agent | None = None
    _lock: Lock = field(default_factory=Lock)
    _running: ExitStack = field(default_factory=ExitStack)

    @property
    def service(self) -> str:
        """What Cloud Run calls the function."""
        return self.function.replace("_", "-")

    def started(self) -> str:
        """Return its URL, once it listens. Raises ProcessError where it does not start."""
        with self._lock:
            self.requests += 1
            if not self._url:
                self._url = self._start()
            return self._url

    def read_log(self) -> None:
        """Have Cloud Logging take what it has printed until now."""
        if self._agent is not None:
            self._agent.read()

    def close(self) -> None:
        """End it; what it printed last is in the log then."""
        if self.process is not None:
            self.process.ask_to_stop()
        self._running.close()

    def _start(self) -> str:
        log = self.where.folder / f"{self.name}.log"
        suffix = self.name.removeprefix(f"{self.service}-")
        with ExitStack() as starting:
            agent = Agent(
                self.where.log,
                log,
                service=self.service,
                project=self.where.project,
                revision=suffix,
            )
            starting.enter_context(agent.following())
            (port,) = starting.enter_context(reserved_ports(1))
            process = starting.enter_context(running(self._command(port), log))
            starting.callback(lambda: keep_log(self.name, process.output()))
            process.wait_for(listens(port), "listening", START_SECONDS)
            self.process, self._agent = process, agent
            self._running = starting.pop_all()
        return f"http://{HOST}:{port}"

    def _command(self, port: int) -> Command:
        framework = Path(sys.executable).with_name("functions-framework")
        place = ("--source", str(self.source / "main.py"), "--host", HOST, "--port", str(port))
        return Command(
            name=f"The revision {self.name}",
            argv=(str(framework), "--target", self.function, *place),
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(self.source),
                **self.settings,
                "CONTEUR_ENV": "local",
                "GOOGLE_CLOUD_PROJECT": self.where.project,
                **self.where.environment,
                "FUNCTION_TARGET": self.function,
                "K_SERVICE": self.service,
                "K_REVISION": self.name,
            },
            cwd=self.source,
            grace_seconds=GRACE_SECONDS,
        )


def settings_of(source: Path) -> dict[str, str]:
    """Return what `.env` of a functions/ folder sets in every environment."""
    return {name: value or "" for name, value in dotenv_values(source / ".env").items()}
