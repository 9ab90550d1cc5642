"""Prometheus is told what to scrape and to watch."""

import subprocess
from pathlib import Path

import pytest
import yaml

from scripts.local.firebase_project import ROOT
from scripts.local.prometheus import find_promtool
from scripts.local.watch.prometheus import prometheus_command
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.rules import rules


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
