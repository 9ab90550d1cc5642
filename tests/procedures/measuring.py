"""A real Prometheus over what a served product has sent to Cloud Monitoring's stand-in."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import running
from scripts.local.prometheus import find_prometheus
from scripts.local.readiness import answers
from scripts.local.watch.log_tail import LogTail
from scripts.local.watch.prometheus import prometheus_command
from scripts.local.watch.prometheus_proxy import PrometheusProxy
from scripts.local.watch.routes import routes
from scripts.local.watch.server import PageServer
from scripts.local.watch.standin_series import StandInSeries

NO_RULES: Mapping[str, Any] = {"groups": []}


@contextmanager
def prometheus_over(monitoring: str, folder: Path) -> Iterator[str]:
    """Scrape the stand-in at `monitoring` (`host:port`), and yield Prometheus' URL."""
    program = find_prometheus(ROOT)
    if program is None:
        pytest.skip("no Prometheus: scripts/setup says how to get it")
    with _exposed(monitoring, folder) as page_port, reserved_ports(1) as (port,):
        command = prometheus_command(program, folder / "prometheus", port, page_port, NO_RULES)
        with running(command, folder / "prometheus.log") as process:
            url = f"http://{HOST}:{port}"
            process.wait_for(answers(f"{url}/-/ready"), "ready", timeout_seconds=30)
            yield url


@contextmanager
def _exposed(monitoring: str, folder: Path) -> Iterator[int]:
    """Serve the series as `scripts/dev` does, without its page; yield the port."""
    nobody, log = PrometheusProxy(""), LogTail(folder / "none.log")
    with PageServer(0, routes({}, {}, StandInSeries(monitoring), nobody, log)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
