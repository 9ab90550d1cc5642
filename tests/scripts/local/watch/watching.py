"""The page's server and Prometheus over a stand-in, as `scripts/dev` runs them."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from conteur.errors import kinds
from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS, Function, Outcome
from scripts.local.firebase_project import ROOT
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Process, running_together
from scripts.local.prometheus import find_prometheus
from scripts.local.readiness import listens
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.watch.picture.instances import CountingInstance
from scripts.local.watch.prometheus import prometheus_command
from scripts.local.watch.running import START_SECONDS, Page, page_command
from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.rules import rules

TELLING = Function.GENERATE_STORY
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass(frozen=True, slots=True)
class Watched:
    """A running page over an instance that counts."""

    url: str
    page: Process
    prometheus: Process | None
    instance: CountingInstance
    log: Path


@contextmanager
def watched_instance(folder: Path, *, with_prometheus: bool = True) -> Iterator[Watched]:
    with MonitoringStandIn().serve() as endpoint, reserved_ports(2) as (page_port, port):
        log = folder / "emulators.log"
        base_url = f"http://{HOST}:{port}" if with_prometheus else ""
        page = Process(
            page_command(folder, page_port, endpoint, base_url, log), folder / "page.log"
        )
        prometheus = _prometheus(folder, port, page_port) if with_prometheus else None
        with running_together([page, prometheus] if prometheus else [page]):
            url = f"http://{Page(page).wait_until_ready()}/"
            if prometheus is not None:
                prometheus.wait_for(listens(port), "listening", START_SECONDS)
            instance = CountingInstance(TELLING, 1, endpoint, time.time)
            yield Watched(url, page, prometheus, instance, log)


def count_failures(instance: CountingInstance, of: int = 30) -> None:
    """Count stories, a third of which fail, and send them."""
    for number in range(of):
        outcome, reason = (Outcome.COMPLETED, "NONE") if number % 3 else (Outcome.FAILED, "BUG")
        instance.aggregate.observe(EXECUTION_SECONDS, 3.0, function=TELLING, outcome=outcome)
        instance.aggregate.count(
            EXECUTIONS, function=TELLING, outcome=outcome, reason=reason, kind="NONE"
        )
    instance.send()


def count_refusals(instance: CountingInstance, number: int) -> None:
    """Count one story that is refused for each of so many reasons, and send them."""
    for reason in sorted({error.reason for error in kinds()})[:number]:
        instance.aggregate.count(
            EXECUTIONS, function=TELLING, outcome=Outcome.REFUSED, reason=reason, kind="NONE"
        )
    instance.send()


def log_an_error(log: Path, **fields: str) -> None:
    """Log as the functions do, through firebase-tools."""
    entry = {"severity": "ERROR", "message": HOSTILE, "function": "generate_story", **fields}
    with log.open("a") as file:
        file.write(f">  {json.dumps(entry)}\n")


def at_once(alerts: Sequence[Alert]) -> Sequence[Alert]:
    """Return the alerts without their durations, which are minutes of a real clock."""
    return [replace(alert, minutes=0) for alert in alerts]


def _prometheus(folder: Path, port: int, page_port: int) -> Process:
    program = find_prometheus(ROOT)
    assert program is not None
    written = rules(at_once(read_alerts(ROOT)), environment="local")
    command = prometheus_command(program, folder / "prometheus", port, page_port, written)
    return Process(command, folder / "prometheus.log")
