"""An operator who gives `scripts/deploy`; only firebase and validate are fakes."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from google.cloud import run_v2 as api

from scripts.local.standins.cloud_run.names import service_name
from scripts.local.standins.cloud_run.resources import CloudRun, deployed
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.operations import OperationsStandIn
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import StandInGroup
from scripts.ops.deploy import main
from scripts.ops.operations import audit
from scripts.ops.operations.audit import opened_book
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.record import Kind, Record
from scripts.ops.operations.site import Site, find_site
from scripts.ops.rollout.around import Around
from scripts.ops.rollout.eyes import Eyes
from scripts.ops.traffic.moving import Patience
from tests.adapters.firestore_relay import new_project

from .rollout.world import FUNCTIONS, GREEN, OLD, REGION, START, FakeFirebase

DONE, REFUSED, BUSY, UNDONE, WENT_BACK, INTERRUPTED = 0, 2, 3, 4, 5, 130
MAIN = "\n\n".join(f"def {name}(request):\n    return name" for name in FUNCTIONS)


@dataclass
class Desk:
    """A checkout, its project, and an operator. `reports` are what validate says, then GREEN."""

    root: Path
    environ: dict[str, str]
    run: CloudRun
    services: ServicesStandIn
    firebase: FakeFirebase
    capture: pytest.CaptureFixture[str]
    reports: list[Report] = field(default_factory=list)
    unreviewed: str = ""
    look: Callable[[], None] = lambda: None
    at: datetime = START

    def __call__(self, *arguments: str) -> int:
        return main([*arguments], self._around())

    def site(self) -> Site:
        return find_site(self.root, "production", self.environ)

    def serving(self) -> dict[str, int]:
        name = service_name(self.firebase.project, REGION, "generate_story")
        told = self.run.service(name)
        ready = told.latest_ready_revision.rpartition("/")[2]
        return {each.revision or ready: each.percent for each in told.traffic_statuses}

    def newest(self) -> Record:
        with opened_book(self.site()) as book:
            return book.newest(Kind.DEPLOY)[0]

    def preflight(self, *, green: bool = True) -> None:
        """Leave the record of a preflight, five minutes old."""
        with opened_book(self.site()) as book:
            began = self.at - timedelta(minutes=5)
            made = audit.begun(self.site(), Kind.PREFLIGHT, "", by="ada", clock=lambda: began)
            book.save(made.with_facts(green=green))

    def _around(self) -> Around:
        return Around(
            root=self.root,
            environ=self.environ,
            run=self.firebase,
            wait=lambda _: None,
            clock=self._now,
            patience=Patience(seconds=10, wait=lambda _: None),
            reviewed=lambda: self.unreviewed,
            seeing=lambda _, __, ___: Eyes(lambda _: self._validate(), self._validate),
            telling=lambda _: lambda: "an alert tells it",
        )

    def _now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def _validate(self) -> Report:
        self.look()
        return self.reports.pop(0) if self.reports else GREEN


def checkout(root: Path, project: str) -> None:
    """Make a checkout with one commit."""
    (root / "functions").mkdir(parents=True)
    (root / "functions/main.py").write_text(MAIN)
    aliases = {"default": "demo-conteur", "staging": f"{project}-s", "production": project}
    (root / ".firebaserc").write_text(json.dumps({"projects": aliases}))
    (root / ".gitignore").write_text(".cache\n")
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "One"]):
        subprocess.run([*git, *words], cwd=root, check=True)


def pin(desk: Desk) -> None:
    """Pin the traffic of a service to its only revision, as a person may have done."""
    kind = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
    target = api.TrafficTarget(type_=kind, revision=OLD, percent=100)
    desk.run.update_traffic(service_name(desk.firebase.project, REGION, "generate_story"), [target])


def interrupted(desk: Desk) -> None:
    """Have Ctrl-C end a canary at its first step."""
    desk.preflight()
    desk.reports = [GREEN]
    desk.look = lambda: None if desk.reports else interrupt()
    assert desk("production", "--canary", "50,100") == INTERRUPTED
    desk.look = lambda: None


def interrupt() -> None:
    raise KeyboardInterrupt


def commit(desk: Desk) -> None:
    """Make one commit more."""
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    words = ["commit", "-q", "-a", "--allow-empty", "-m", "Two"]
    subprocess.run([*git, *words], cwd=desk.root, check=True)


@contextmanager
def opened_desk(
    folder: Path,
    firestore_host: str,
    monkeypatch: pytest.MonkeyPatch,
    capture: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    """Serve a project, and yield the operator at a checkout in `folder`."""
    project = new_project()
    checkout(root := folder / "checkout", project)
    moment = iter(range(10**6))
    run = deployed(project, REGION, FUNCTIONS, lambda: START.timestamp() + next(moment))
    admin = FirestoreAdminStandIn(START.timestamp)
    admin.databases.create(project)
    services = ServicesStandIn(run)
    members = services, RevisionsStandIn(run), OperationsStandIn(run.operations), admin
    with ExitStack() as stack:
        cloud = stack.enter_context(StandInGroup(*members).serve())
        secrets = stack.enter_context(SecretManagerStandIn().serve())
        monkeypatch.setenv("SECRET_MANAGER_ENDPOINT", secrets)
        environ = {
            "RUN_ENDPOINT": cloud,
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "SECRET_MANAGER_ENDPOINT": secrets,
        }
        yield Desk(root, environ, run, services, FakeFirebase(run, project), capture)
