"""The page beside a running stack: its server, and Prometheus where there is one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conteur.settings import Environment
from scripts.local.environment import base_environment
from scripts.local.firebase_project import ROOT
from scripts.local.processes import Command, Process, running_together
from scripts.local.prometheus import find_prometheus
from scripts.local.readiness import ready_line
from scripts.local.stack import Stack
from scripts.local.watch.prometheus import prometheus_command
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.reading.source import URL_FILE
from scripts.ops.monitoring.rules import rules

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Page:
    """The page's server, which takes a moment to start."""

    process: Process

    def wait_until_ready(self) -> str:
        """Return its address, as `host:port`. Raises ProcessError."""
        return self.process.wait_for(ready_line(self.process), "ready", START_SECONDS)


@contextmanager
def watched(stack: Stack, root: Path = ROOT) -> Iterator[Page]:
    """Serve the page while the block lasts. Raises LocalStackError.

    It begins when the functions are up already, so that none of them waits for it.
    """
    program, at = find_prometheus(root), stack.addresses
    page = Process(
        page_command(
            stack.folder,
            at.page_port,
            at.monitoring,
            "" if program is None else at.prometheus,
            stack.emulators.log,
        ),
        stack.folder / "page.log",
    )
    beside = [] if program is None else [_prometheus(program, stack)]
    if beside:
        (stack.folder / URL_FILE).write_text(at.prometheus)  # for scripts/metrics --local
    with running_together([page, *beside]):
        yield Page(page)


def page_command(folder: Path, port: int, monitoring: str, prometheus: str, log: Path) -> Command:
    """Return the command that serves the page, and leaves nothing outside of `folder`.

    `prometheus` is its base URL, empty where there is none; `log` is what the functions print.
    """
    module = ("-m", "scripts.local.watch", "--port", str(port))
    places = ("--monitoring", monitoring, "--prometheus", prometheus, "--log", str(log))
    environment = {
        **base_environment(os.environ),
        "PYTHONPATH": str(ROOT / "functions"),
        "TMPDIR": str(folder),
    }
    return Command("The dashboard's page", (sys.executable, *module, *places), environment, ROOT)


def _prometheus(program: Path, stack: Stack) -> Process:
    command = prometheus_command(
        program,
        stack.folder / "prometheus",
        stack.addresses.prometheus_port,
        stack.addresses.page_port,
        rules(read_alerts(ROOT), environment=Environment.LOCAL),
    )
    return Process(command, stack.folder / "prometheus.log")
