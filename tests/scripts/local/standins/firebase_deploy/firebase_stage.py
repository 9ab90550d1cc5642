"""This repository's files in a folder of its own, and the real Firebase CLI that deploys them."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.local.firebase_project import ROOT
from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.local.standins.firebase_deploy.api import DeployApi
from scripts.local.standins.firebase_deploy.door import deploy_environment
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.google_rest.api import RestApi
from scripts.local.standins.google_rest.firestore import FirestoreRestStandIn
from scripts.local.standins.google_rest.frame import Body

PROJECT = "demo-conteur-staging"
PROJECTS = {"staging": PROJECT, "production": "demo-conteur-production"}
LOCATION = f"projects/{PROJECT}/locations/europe-west1"
REPOSITORY = f"{LOCATION}/repositories/gcf-artifacts"
FIREBASE = ROOT / "node_modules/.bin/firebase"
DIGEST = f"sha256:{'0' * 64}"
IMAGE = f"europe-west1-docker.pkg.dev/{PROJECT}/gcf-artifacts/seed@{DIGEST}"
PATIENCE = 240  # seconds until a command that hangs fails its test


@dataclass
class Stage:
    """A cloud of stand-ins, and a checkout to deploy to it. `got` is what was deployed, in order.

    Staging has a database, and keeps images for 30 days.
    """

    run: CloudRun
    checkout: Path
    home: Path
    got: list[tuple[str, bytes, Body]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.firestore = FirestoreAdminStandIn(time.time)
        self.firestore.databases.create(PROJECT)
        self.indexes = FirestoreRestStandIn(self.firestore)
        self.rest = RestApi(*PROJECTS.values())
        self.api = DeployApi(self.run, *PROJECTS.values(), deployed=self._note)
        self.run.registry.push(IMAGE)
        self.run.registry.keep(REPOSITORY, 30)

    def _note(self, function: str, source: bytes, body: Body) -> None:
        self.got.append((function, source, body))

    @property
    def deployed(self) -> list[str]:
        """The ids of what was deployed, sorted."""
        return sorted(function for function, _, _ in self.got)

    @contextmanager
    def serve(self) -> Iterator["Stage"]:
        """Serve until the block ends."""
        with self.api.serve(*self.rest.members, self.indexes) as (_, self.proxy):
            yield self

    def firebase(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run the CLI in the checkout, for staging, without a terminal."""
        return subprocess.run(
            [str(FIREBASE), *arguments, "--project", "staging", "--non-interactive"],
            cwd=self.checkout,
            env={**os.environ, **deploy_environment(self.proxy, self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def deploy(self, only: str) -> "subprocess.CompletedProcess[str]":
        """Deploy some of the targets."""
        return self.firebase("deploy", "--only", only)


@contextmanager
def serving_stage(folder: Path) -> Iterator[Stage]:
    """Yield a stage whose files are all below a folder."""
    home = folder / "home"
    home.mkdir()
    stage = Stage(CloudRun(time.time), checkout(folder / "checkout"), home)
    with stage.serve():
        yield stage


def checkout(folder: Path) -> Path:
    """Copy what is deployed of this repository, with projects that are in no cloud."""
    skip = shutil.ignore_patterns("__pycache__", "venv", ".*_cache")
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=skip)
    shutil.copytree(ROOT / "public", folder / "public")
    for name in ("firebase.json", "firestore.rules", "firestore.indexes.json"):
        shutil.copy(ROOT / name, folder)
    (folder / "functions/venv").symlink_to((ROOT / "functions/venv").resolve())
    (folder / ".firebaserc").write_text(json.dumps({"projects": PROJECTS}))
    return folder
