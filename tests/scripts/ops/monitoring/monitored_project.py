"""A project's Cloud Monitoring, strict and on the wire, and somebody who applies ours to it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from google.cloud.monitoring_v3 import AlertPolicy

from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.server import Fault
from scripts.ops.monitoring.__main__ import main
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.cloud.changes import Found
from scripts.ops.monitoring.cloud.clients import Clients, open_clients
from scripts.ops.monitoring.cloud.deployed import connected
from scripts.ops.monitoring.cloud.target import ENDPOINT, Target

PROJECT = "demo-seen"
DONE, DIFFERENT, REFUSED, ELSEWHERE, FAILED = range(5)
NO_LABELS: Mapping[str, str] = MappingProxyType({})
TEAM = {"ALERT_TEAM_EMAIL": "team@example.com"}
EVERYBODY = {
    **TEAM,
    "ALERT_ONCALL_PAGERDUTY": "0123456789abcdef" * 2,
    "ALERT_LEAD_SMS": "+33100000000",
    "ALERT_TEAM_SLACK": "#alerts",
    "ALERT_TEAM_SLACK_TOKEN": "a-token-of-slack",
}


@dataclass
class Monitored:
    """A checkout and a project, and who works on them; `hand` is somebody at the console."""

    root: Path
    api: GoogleApi
    address: str
    hand: Clients
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(name, value)

    def run(self, *arguments: str) -> int:
        """Run the command and return its exit code."""
        command, *rest = arguments
        return main([command, "-P", PROJECT, *rest], self.root)

    def applied(self) -> None:
        assert self.run("apply") == DONE
        self.told()

    def told(self) -> str:
        return self.capsys.readouterr().out

    def refused(self) -> str:
        return self.capsys.readouterr().err

    def planned(self) -> list[str]:
        """Return what a diff would do, each change as `act kind name`."""
        self.told()
        self.run("diff", "--json")
        changes = json.loads(self.told())["changes"]
        return [f"{each['act']} {each['kind']} {each['name']}" for each in changes]

    def found(self) -> Found:
        with connected(Target(PROJECT, PROJECT, self.address)) as deployed:
            return deployed.found()

    def policy(self, name: str) -> dict[str, Any]:
        """Return a policy by the end of its name."""
        (one,) = [
            each for each in self.found().policies if each["displayName"].endswith(f"/{name}")
        ]
        return one

    def edit_alerts(self, change: Callable[[list[dict[str, Any]]], object]) -> None:
        """Change the list of alerts in the checkout."""
        path = self.root / "monitoring/alerts.yaml"
        document = yaml.safe_load(path.read_text())
        change(document["alerts"])
        path.write_text(yaml.safe_dump(document))

    def writes(self) -> list[str]:
        """Return the calls that changed, or would have changed, something, and forget them."""
        calls = [call for member in self.api.members for call in member.calls]
        for member in self.api.members:
            member.calls.clear()
        return [call for call in calls if not call.startswith("List")]

    def fail(self, fault: Fault | None) -> None:
        for member in self.api.members:
            member.fault = fault


@contextmanager
def monitored(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Monitored]:
    """Serve an empty project to a checkout in `root`, and forget the settings of this machine."""
    for name in ("monitoring", "deploy/plan.json", ".firebaserc"):
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".env*"))
        else:
            shutil.copy(source, target)
    for name in [name for name in os.environ if name.startswith("ALERT_")]:
        monkeypatch.delenv(name)
    api = GoogleApi()
    with ExitStack() as stack:
        address = stack.enter_context(api.serve())
        monkeypatch.setenv(ENDPOINT, address)
        hand = open_clients(address, stack)
        yield Monitored(root, api, address, hand, capsys, monkeypatch)


def by_hand(channel: str, labels: Mapping[str, str] = NO_LABELS) -> AlertPolicy:
    """Return a policy that is none of ours."""
    query = {"query": "vector(1) > 0", "duration": {"seconds": 60}}
    condition = {"display_name": "always", "condition_prometheus_query_language": query}
    return AlertPolicy(
        display_name="bob's own",
        combiner=AlertPolicy.ConditionCombinerType.OR,
        conditions=[condition],
        notification_channels=[channel],
        user_labels=dict(labels),
    )
