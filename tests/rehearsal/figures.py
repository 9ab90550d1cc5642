"""Figures and alerts, as Google's services make them of what functions and operations have sent.

A real Prometheus computes, once a second, where Cloud Monitoring does; an alert that fires there is
an open alert of its policy for whoever asks the stand-in. Revisions on a stage run as `local`, so
their project says here which environment they are of.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from google.cloud.monitoring_v3 import ListTimeSeriesRequest, TimeSeries

from conteur.settings import Environment
from conteur.telemetry.registry import PREFIX
from scripts.local.firebase_project import ROOT
from scripts.local.loopback import open_local
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import running
from scripts.local.prometheus import find_prometheus
from scripts.local.readiness import answers
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.google_rest.alerts import AlertsStandIn
from scripts.local.watch.exposition import SCRAPE_SECONDS, Exposition
from scripts.local.watch.prometheus import STEP, prometheus_command
from scripts.local.watch.routes import TEXT_FORMAT
from scripts.local.watch.samples import Sample, samples_of
from scripts.local.watch.server import Answer, PageServer
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.rules import rules
from tests.rehearsal.threads import serving

REMEMBERED = 300  # seconds that a point counts as the newest: PromQL's own
START_SECONDS = 30.0
PATIENCE = 10.0
OK = 200
EACH_SECOND = "1s"


@dataclass
class Figures:
    """A Prometheus at `url`, of one project."""

    project: str
    url: str
    _open: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return what its API answers."""
        with open_local(f"{self.url}/api/v1/{path}", PATIENCE) as reply:
            return json.load(reply)["data"]

    def value(self, query: str) -> float:
        """Return what PromQL computes now, the highest where there are several; 0 for nothing."""
        found = self.ask(f"query?{urlencode({'query': query})}")["result"]
        return max((float(each["value"][1]) for each in found), default=0.0)

    def firing(self) -> dict[str, str]:
        """Return the alerts that fire, with the names of their policies."""
        return {
            rule["name"]: f"{group['name']}/{rule['name']}"
            for group in self.ask("rules?type=alert")["groups"]
            for rule in group["rules"]
            if any(each["state"] == "firing" for each in rule["alerts"])
        }

    def tell(self, alerts: AlertsStandIn) -> None:
        """Bring the project's alerts up to date."""
        firing = self.firing()
        for name in firing.keys() - self._open.keys():
            policy = f"projects/{self.project}/alertPolicies/{name}"
            self._open[name] = alerts.open(self.project, policy, firing[name])
        for name in self._open.keys() - firing.keys():
            alerts.close(self._open.pop(name))


@contextmanager
def figures(folder: Path, metrics: MonitoringStandIn, project: str) -> Iterator[Figures]:
    """Compute figures of what a project has in Cloud Monitoring until the block ends."""
    # Its seconds are scrapes, of which there are as many more here.
    exposition = Exposition(lambda: time.monotonic() * SCRAPE_SECONDS)

    def series(_: str) -> Answer:
        return Answer(OK, TEXT_FORMAT, exposition.text(_samples(metrics, project)).encode())

    program = find_prometheus(ROOT)
    assert program is not None
    with PageServer(0, {"/metrics": series}) as server, serving(server), reserved_ports(1) as ports:
        written = rules(read_alerts(ROOT), environment=Environment.LOCAL)
        its = folder / "prometheus"
        at = int(server.address.rpartition(":")[2])
        command = prometheus_command(program, its, ports[0], at, written)
        _hurry(its)
        url = f"http://{HOST}:{ports[0]}"
        with running(command, folder / "prometheus.log") as process:
            process.wait_for(answers(f"{url}/-/ready"), "ready", START_SECONDS)
            yield Figures(project, url)


def _samples(metrics: MonitoringStandIn, project: str) -> Iterator[Sample]:
    now = int(time.time())
    request = ListTimeSeriesRequest(
        name=f"projects/{project}",
        filter=f'metric.type = starts_with("{PREFIX}")',
        interval={"start_time": {"seconds": now - REMEMBERED}, "end_time": {"seconds": now + 1}},
    )
    environment = project.rpartition("-")[2]
    for series in metrics.call("ListTimeSeries", request).time_series:
        for each in samples_of(TimeSeries.pb(series)):
            labels = {**each.labels, "namespace": environment}
            yield Sample(each.metric, each.name, labels, each.value)


def _hurry(folder: Path) -> None:
    """Have it scrape, and look at its rules, once a second."""
    for name in ("prometheus.yml", "rules.yml"):
        path = folder / name
        read = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(_each_second(read), width=1_000))


def _each_second(document: Any) -> Any:  # noqa: ANN401 - YAML
    match document:
        case dict():
            return {key: _each_second(value) for key, value in document.items()}
        case list():
            return [_each_second(each) for each in document]
        case _:
            return EACH_SECOND if document == STEP else document
