"""A real Prometheus, with what instances are said to have sent in the hours before a moment."""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from conteur.telemetry.registry import EXECUTIONS, Distribution, Metric
from scripts.local.environment import base_environment
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, running
from scripts.local.prometheus import find_prometheus, find_promtool
from scripts.local.readiness import answers
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.promql import name_of

AT = 1_700_000_000.0
"""The moment, in Unix seconds."""
MINUTES = 120  # that are recorded before it
RESOURCE = {
    "monitored_resource": "generic_task",
    "project_id": "demo-conteur",
    "location": "europe-west1",
    "namespace": "local",
    "job": "generate-story",
    "task_id": "one",
    "revision": "generate-story-00001",
}
Value = Callable[[int], float]
"""What a series has so many minutes after the first."""


def steady(value: float) -> Value:
    return lambda _: value


def growing(a_minute: float) -> Value:
    return lambda minute: a_minute * minute


class Recording:
    """The series of one instance, a point a minute, as Prometheus's text."""

    def __init__(self) -> None:
        self._series: dict[str, Value] = {}

    def add(self, metric: Metric, value: Value, **labels: str) -> None:
        """Record a counter or a state."""
        self._add(name_of(metric), labels, value)

    def spread(self, metric: Distribution, a_minute: float, seconds: float, **labels: str) -> None:
        """Record so many values a minute, all equal to `seconds`."""
        name = name_of(metric)
        for bound in metric.bounds:
            its = growing(a_minute if seconds <= bound else 0)
            self._add(f"{name}_bucket", {**labels, "le": f"{bound:g}"}, its)
        self._add(f"{name}_bucket", {**labels, "le": "+Inf"}, growing(a_minute))
        self._add(f"{name}_count", labels, growing(a_minute))
        self._add(f"{name}_sum", labels, growing(a_minute * seconds))

    def executions(self, function: str, completed: float, failed: float = 0) -> None:
        """Record executions a minute."""
        labels = {"function": function, "kind": "NONE"}
        self.add(EXECUTIONS, growing(completed), outcome="completed", reason="NONE", **labels)
        self.add(EXECUTIONS, growing(failed), outcome="failed", reason="TIMEOUT", **labels)

    def lines(self) -> Iterator[str]:
        """Yield them as promtool takes them in, in OpenMetrics.

        https://prometheus.io/docs/prometheus/latest/storage/#backfilling-from-openmetrics-format
        """
        for series, value in self._series.items():
            for minute in range(MINUTES + 1):
                yield f"{series} {value(minute)} {AT - 60 * (MINUTES - minute):.0f}"
        yield "# EOF\n"

    def _add(self, name: str, labels: Mapping[str, str], value: Value) -> None:
        told = ",".join(f'{key}="{text}"' for key, text in {**RESOURCE, **labels}.items())
        self._series[f"{name}{{{told}}}"] = value


@contextmanager
def prometheus_with(folder: Path, recording: Recording) -> Iterator[str]:
    """Run a Prometheus that has the recording, and scrapes nothing; yield its URL."""
    server, tool = find_prometheus(ROOT), find_promtool(ROOT)
    if server is None or tool is None:
        pytest.skip("no Prometheus: scripts/setup says how to get it")
    _store(tool, folder, recording.lines())
    (config := folder / "prometheus.yml").write_text("scrape_configs: []\n")
    with reserved_ports(1) as (port,):
        argv = (
            str(server),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
        )
        command = Command("prometheus", argv, base_environment(), folder)
        with running(command, folder / "prometheus.log") as process:
            url = f"http://{HOST}:{port}"
            process.wait_for(answers(f"{url}/-/ready"), "ready", timeout_seconds=30)
            yield url


def _store(tool: Path, folder: Path, lines: Iterable[str]) -> None:
    (text := folder / "recording.txt").write_text("\n".join(lines))
    argv = [str(tool), "tsdb", "create-blocks-from", "openmetrics", str(text), str(folder / "data")]
    subprocess.run(argv, check=True, capture_output=True)
