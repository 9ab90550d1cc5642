"""`scripts/deploy` from its command line to its exit code; only firebase and validate are fakes."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud import run_v2 as api

from scripts.local.standins.cloud_run.names import service_name
from scripts.local.standins.cloud_run.resources import CloudRun, deployed
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn, denied
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.operations import OperationsStandIn
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import StandInGroup
from scripts.ops.deploy import main
from scripts.ops.operations import audit
from scripts.ops.operations.audit import opened_book
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.record import Kind, Record
from scripts.ops.operations.site import Site, find_site
from scripts.ops.rollout.around import Around
from scripts.ops.rollout.eyes import Eyes
from scripts.ops.traffic.moving import Patience
from tests.adapters.firestore_relay import new_project

from .rollout.world import FUNCTIONS, GREEN, NEW, OLD, RED, REGION, START, FakeFirebase

pytestmark = pytest.mark.server
DONE, REFUSED, UNDONE, WENT_BACK, INTERRUPTED = 0, 2, 4, 5, 130
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
            seeing=lambda _, __: Eyes(lambda _: self._validate(), self._validate),
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


@pytest.fixture
def desk(
    tmp_path: Path,
    firestore_host: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    project = new_project()
    checkout(root := tmp_path / "checkout", project)
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
        yield Desk(root, environ, run, services, FakeFirebase(run, project), capsys)


def test_production(desk: Desk) -> None:
    """With a green preflight production is deployed, and the record says by which."""
    desk.preflight()
    assert desk("production", "--reason", "stories in Portuguese") == DONE
    made = desk.newest()
    assert desk.serving() == {NEW: 100}
    assert made.reason == "stories in Portuguese"
    assert "preflight" in made.facts["preflight"]


def test_no_preflight(desk: Desk) -> None:
    """Without one it is refused, with what to do, and nothing was touched."""
    assert desk("production") == REFUSED
    told = desk.capture.readouterr()
    assert "No preflight of production is on record. Run scripts/preflight" in told.err
    assert desk.firebase.asked == []


def test_red_preflight(desk: Desk) -> None:
    """Nor with a red one."""
    desk.preflight(green=False)
    assert desk("production") == REFUSED


def test_staging(desk: Desk) -> None:
    """Staging needs none."""
    aliases = {"default": "demo-conteur", "staging": desk.firebase.project}
    (desk.root / ".firebaserc").write_text(json.dumps({"projects": aliases}))
    commit(desk)
    assert desk("staging") == DONE


def test_dirty(desk: Desk) -> None:
    """A checkout with changes is refused, whatever else is so."""
    (desk.root / "functions/main.py").write_text(MAIN + "\n")
    assert desk("staging") == REFUSED
    assert "not clean: functions/main.py" in desk.capture.readouterr().err


def test_not_reviewed(desk: Desk) -> None:
    """So is one whose requests are not those that were reviewed."""
    desk.preflight()
    desk.unreviewed = "A deploy would not be what deploy/plan.json says: MAX_INSTANCES"
    assert desk("production") == REFUSED
    assert "MAX_INSTANCES" in desk.capture.readouterr().err


def test_dry_run(desk: Desk) -> None:
    """A dry run shows the plan, and changes nothing, not even the book."""
    desk.preflight()
    assert desk("production", "--canary", "--dry-run") == DONE
    told = desk.capture.readouterr().out
    assert "shift to 5 %, 20 %, 50 %, 100 %" in told
    assert told.endswith("Nothing was changed (--dry-run).\n")
    assert (desk.firebase.asked, desk.serving()) == ([], {OLD: 100})


def test_dry_run_denied(desk: Desk) -> None:
    """It asks Cloud Run whether traffic might be moved."""
    desk.preflight()
    desk.services.fault = denied("run.services.update", "generate-story", "UpdateService")
    assert desk("production", "--canary", "--dry-run") == UNDONE
    assert "roles/run.developer" in desk.capture.readouterr().err


def test_dry_run_json(desk: Desk) -> None:
    """For programs it is one document; the words go to standard error."""
    assert desk("production", "--dry-run", "--json") == REFUSED
    told: dict[str, Any] = json.loads(desk.capture.readouterr().out)
    assert told["plan"]["functions"] == list(FUNCTIONS)
    assert "No preflight" in told["refusals"][0]


def test_json(desk: Desk) -> None:
    """So is the record of a deploy."""
    desk.preflight()
    assert desk("production", "--json") == DONE
    told = json.loads(desk.capture.readouterr().out)
    assert (told["state"], told["commit"]) == ("done", commit_of(desk.root))


def test_partial(desk: Desk) -> None:
    """A partial deploy prints what it leaves out, and keeps it."""
    desk.preflight()
    assert desk("production", "--function", "generate-story") == DONE
    assert "left out: Hosting" in desk.capture.readouterr().out
    assert "Hosting" in desk.newest().facts["left_out"]


def test_unknown_function(desk: Desk) -> None:
    """A function that is not there is refused."""
    assert desk("production", "--function", "generate") == REFUSED


def test_pinned(desk: Desk) -> None:
    """An earlier pin is said before anything is deployed."""
    desk.preflight()
    pin(desk)
    assert desk("production") == REFUSED
    assert "generate_story is pinned" in desk.capture.readouterr().err
    assert desk("production", "--unpin") == DONE
    assert desk.serving() == {"generate-story-00002-loc": 100}


def test_went_back(desk: Desk) -> None:
    """A canary that was bad has an exit code of its own."""
    desk.preflight()
    desk.reports = [GREEN, RED]
    assert desk("production", "--canary", "50,100") == WENT_BACK
    assert desk.serving() == {OLD: 100}
    assert "The new revisions are bad" in desk.capture.readouterr().err


def test_interrupted(desk: Desk) -> None:
    """Ctrl-C in the middle says what is where, and how to go on; that ends it."""
    interrupted(desk)
    told = desk.capture.readouterr().err
    assert f"{OLD} 50 %, {NEW} 50 %" in told
    assert "scripts/deploy production --resume" in told
    assert desk.newest().state == "stopped"
    assert desk("production", "--resume") == DONE
    assert desk.serving() == {NEW: 100}


def test_begun_twice(desk: Desk) -> None:
    """A canary that is half way is gone on with, never begun anew."""
    interrupted(desk)
    assert desk("production", "--canary", "50,100") == REFUSED
    assert "a canary is half way" in desk.capture.readouterr().err


def test_nothing_to_resume(desk: Desk) -> None:
    """Where no deploy is half done, there is nothing to go on with."""
    assert desk("production", "--resume") == REFUSED
    assert "none began yet" in desk.capture.readouterr().err


def test_resumed_elsewhere(desk: Desk) -> None:
    """It is gone on with from its own commit only."""
    desk.preflight()
    desk.firebase.codes = {"hosting": 1}
    assert desk("production") == UNDONE
    commit(desk)
    assert desk("production", "--resume") == REFUSED
    assert "is checked out: go on from git checkout" in desk.capture.readouterr().err
