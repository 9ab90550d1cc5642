"""Firestore's administration over REST, as the real `firebase deploy` calls it."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.standins.firebase_deploy.accounts import Tokens
from scripts.local.standins.firebase_deploy.door import FirebaseDoor, deploy_environment
from scripts.local.standins.firestore_admin.deploy import deploy_indexes
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.google_rest.api import RestApi
from tests.scripts.local.standins.conftest import Clock
from tests.scripts.local.standins.firestore_admin.clients import (
    DATABASE,
    EXPIRING,
    OVERRIDDEN,
    Admin,
    admin_of,
)
from tests.scripts.local.standins.google_rest.clients import Rest, rest_on

HOST = "firestore.googleapis.com"
PROJECT = "demo-conteur"
FIREBASE = ROOT / "node_modules/.bin/firebase"
PATIENCE = 60  # seconds until a command that hangs fails its test
GROUP = f"v1/{DATABASE}/collectionGroups/stories"
INDEX = {
    "queryScope": "COLLECTION",
    "fields": [
        {"fieldPath": "a", "order": "ASCENDING"},
        {"fieldPath": "tags", "arrayConfig": "CONTAINS"},
    ],
}


@pytest.fixture
def api(firestore: FirestoreAdminStandIn, clock: Clock) -> RestApi:
    return RestApi(PROJECT, clock=clock, firestore=firestore)


@pytest.fixture
def google(api: RestApi) -> Iterator[Rest]:
    with api.serve() as url, rest_on(url, PROJECT) as google:
        yield google


def deploy(api: RestApi, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Deploy rules and indexes of this repository from a folder."""
    for name in ("firestore.rules", "firestore.indexes.json"):
        shutil.copy(ROOT / name, folder / name)
    section = '{"rules": "firestore.rules", "indexes": "firestore.indexes.json"}'
    (folder / "firebase.json").write_text(f'{{"firestore": {section}}}')
    with api.serve(Tokens()) as url, FirebaseDoor(url).serve() as proxy:
        return subprocess.run(
            [FIREBASE, "deploy", "--only", "firestore", "--project", PROJECT, "--non-interactive"],
            cwd=folder,
            env={**os.environ, **deploy_environment(proxy, folder)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.mark.server
def test_the_real_deploy(api: RestApi, clock: Clock, admin: Admin, tmp_path: Path) -> None:
    """The real command makes of a database exactly what the stand-in's own deploy does."""
    ran = deploy(api, tmp_path)
    assert ran.returncode == 0, ran.stdout
    other = FirestoreAdminStandIn(clock)
    other.databases.create(PROJECT)
    deploy_indexes(other.databases, PROJECT, ROOT / "firestore.indexes.json")
    with admin_of(other) as own:
        assert admin.indexes() == own.indexes()
        for wanted in (OVERRIDDEN, EXPIRING):
            assert _sorted(admin.fields(wanted)) == _sorted(own.fields(wanted))


def _sorted(found: Sequence[object]) -> list[str]:
    return sorted(str(each) for each in found)


@pytest.mark.server
def test_the_real_deploy_of_rules(api: RestApi, tmp_path: Path) -> None:
    """The real command releases the rules, and leaves them where they are the same."""
    first, second = (deploy(api, tmp_path) for _ in range(2))
    assert "rules file firestore.rules compiled successfully" in first.stdout
    assert "already up to date, skipping upload" in second.stdout
    with api.serve() as url, rest_on(url, PROJECT) as google:
        of = "firebaserules.googleapis.com"
        release = google.get(of, f"v1/projects/{PROJECT}/releases/cloud.firestore")
        [file] = google.get(of, f"v1/{release['rulesetName']}")["source"]["files"]
    assert file["content"] == (ROOT / "firestore.rules").read_text()


def test_an_index(google: Rest, admin: Admin) -> None:
    """What is made over REST is there over gRPC, until it is deleted."""
    made = google.post(HOST, f"{GROUP}/indexes", **INDEX)["metadata"]["index"]
    assert [index.name for index in admin.indexes()] == [made]
    listed = google.get(HOST, f"{GROUP}/indexes")["indexes"]
    assert (listed[0]["state"], len(listed[0]["fields"])) == ("READY", 3)
    assert (google.delete(HOST, f"v1/{made}"), admin.indexes()) == (200, [])
    assert google.delete(HOST, f"v1/{made}") == 404


def test_refused(google: Rest) -> None:
    """What is refused over gRPC is so here, as an error of HTTP."""
    assert "not necessary" in google.refusal(HOST, f"{GROUP}/indexes", **{**INDEX, "fields": []})[1]
    assert google.refusal(HOST, f"{GROUP}/indexes", nope=1)[0] == 400
    assert google.refused_get(HOST, f"{GROUP}/fields")[0] == 400
    assert google.refused_get(HOST, f"{GROUP}/indexes", pageSize="many")[0] == 400
    assert google.refused_get(HOST, "v1/projects/demo-other/databases/(default)")[0] == 404


def test_a_field(google: Rest, admin: Admin) -> None:
    """A mask leaves the other half of a field as it is; there are no other halves."""
    field = f"{GROUP}/fields/expiresAt"
    google.patch(HOST, field, {"ttlConfig": {}, "indexConfig": {"indexes": []}})
    google.patch(HOST, f"{field}?updateMask=indexConfig", {})
    assert (len(admin.fields(EXPIRING)), len(admin.fields(OVERRIDDEN))) == (1, 1)
    assert google.patch(HOST, f"{field}?updateMask=ttl", {}).status_code == 400
