"""Prometheus is told what to scrape and to watch, and whom to answer."""

import subprocess
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
import yaml

from scripts.local.firebase_project import ROOT
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import running
from scripts.local.prometheus import find_prometheus, find_promtool
from scripts.local.readiness import answers
from scripts.local.watch.prometheus import prometheus_command
from scripts.local.watch.running import START_SECONDS
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.rules import rules

ORIGINS = ("https://elsewhere.example", "http://127.0.0.1:2002", "null")


@pytest.fixture
def argv(tmp_path: Path) -> tuple[str, ...]:
    written = rules(read_alerts(ROOT), environment="local")
    return prometheus_command(Path("/bin/prometheus"), tmp_path, 2001, 2002, written).argv


def test_it_listens_on_loopback_and_keeps_its_data_in_the_folder(
    argv: tuple[str, ...], tmp_path: Path
) -> None:
    """Nothing is reachable from elsewhere, and nothing stays after the run."""
    assert "--web.listen-address=127.0.0.1:2001" in argv
    assert f"--storage.tsdb.path={tmp_path}/data" in argv


def test_promtool_takes_the_configuration(argv: tuple[str, ...], tmp_path: Path) -> None:
    """The real parser takes configuration and rules."""
    promtool = find_promtool(ROOT)
    if promtool is None:
        pytest.skip("Prometheus is missing: run scripts/setup")
    checked = subprocess.run(
        [str(promtool), "check", "config", str(tmp_path / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert argv
    assert (checked.returncode, "SUCCESS" in checked.stdout) == (0, True), checked.stderr


def test_rules_are_looked_at_with_every_scrape(argv: tuple[str, ...], tmp_path: Path) -> None:
    """A developer need not wait for a minute; the alerts' own durations stay."""
    groups = yaml.safe_load((tmp_path / "rules.yml").read_text())["groups"]
    assert argv
    assert {group["interval"] for group in groups} == {"5s"}
    assert {rule["for"] for group in groups for rule in group["rules"]} > {"5m", "10m"}


@pytest.mark.server
def test_no_web_page_may_read_it(tmp_path: Path) -> None:
    """The real server answers no origin with the header that lets its pages read on."""
    program = find_prometheus(ROOT)
    if program is None:
        pytest.skip("Prometheus is missing: run scripts/setup")
    with reserved_ports(1) as (port,):
        command = prometheus_command(program, tmp_path / "run", port, 2002, {"groups": []})
        with running(command, tmp_path / "prometheus.log") as server:
            ready = answers(f"http://{HOST}:{port}/-/ready")
            server.wait_for(ready, "ready", START_SECONDS)
            told = [allowed(port, origin) for origin in ORIGINS]
    assert told == [(200, None)] * len(ORIGINS)


def allowed(port: int, origin: str) -> tuple[int, str | None]:
    """Return the status of an answer to a page of this origin, and whose pages may read it."""
    with closing(HTTPConnection(HOST, port, timeout=START_SECONDS)) as connection:
        connection.request("GET", "/api/v1/query?query=1", headers={"Origin": origin})
        reply = connection.getresponse()
        return reply.status, reply.headers["Access-Control-Allow-Origin"]
