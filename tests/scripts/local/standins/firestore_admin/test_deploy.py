"""What a deploy of firestore.indexes.json makes of a database, by the real client library."""

import json
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.standins.firestore_admin.deploy import deploy_indexes
from scripts.local.standins.firestore_admin.names import split
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from tests.scripts.local.standins.firestore_admin.clients import (
    DATABASE,
    EXPIRING,
    OVERRIDDEN,
    Admin,
)

OURS = ROOT / "firestore.indexes.json"
SPEC = json.loads(OURS.read_text())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that asks for the first index and the first field only."""
    path = tmp_path / "firestore.indexes.json"
    spec = {"indexes": SPEC["indexes"][:1], "fieldOverrides": SPEC["fieldOverrides"][:1]}
    path.write_text(json.dumps(spec))
    return path


def test_our_indexes(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """Every index and field of the file is there afterwards, and a second deploy adds none."""
    for _ in range(2):
        deploy_indexes(firestore.databases, "demo-conteur", OURS)
    made = [[field.field_path for field in index.fields][:-1] for index in admin.indexes()]
    assert made == [[field["fieldPath"] for field in each["fields"]] for each in SPEC["indexes"]]
    assert len(admin.fields(OVERRIDDEN)) == len(SPEC["fieldOverrides"]) + 1


def test_our_times_to_live(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """Every field that the file lets documents expire by does."""
    deploy_indexes(firestore.databases, "demo-conteur", OURS)
    wanted = {each["collectionGroup"] for each in SPEC["fieldOverrides"] if each.get("ttl")}
    assert {split(field.name).group for field in admin.fields(EXPIRING)} == wanted
    [index] = admin.field("stories", "status.startTime").index_config.indexes
    assert (index.fields[0].order, index.query_scope) == (2, 1)


def test_what_the_file_leaves_out(
    admin: Admin, firestore: FirestoreAdminStandIn, file: Path
) -> None:
    """It stays, unless it is to be deleted."""
    deploy_indexes(firestore.databases, "demo-conteur", OURS)
    deploy_indexes(firestore.databases, "demo-conteur", file)
    assert len(admin.indexes()) == len(SPEC["indexes"])
    deploy_indexes(firestore.databases, "demo-conteur", file, force=True)
    assert (len(admin.indexes()), len(admin.fields(OVERRIDDEN))) == (1, 2)
    assert admin.fields(EXPIRING) == []


def test_silence_on_time_to_live(
    admin: Admin, firestore: FirestoreAdminStandIn, tmp_path: Path
) -> None:
    """A file that says nothing of it leaves it; one that says no ends it."""
    deploy_indexes(firestore.databases, "demo-conteur", OURS)
    path = tmp_path / "firestore.indexes.json"
    field = {"collectionGroup": "stories", "fieldPath": "expiresAt", "indexes": []}
    for says, number in (({}, 5), ({"ttl": False}, 4)):
        path.write_text(json.dumps({"indexes": [], "fieldOverrides": [{**field, **says}]}))
        deploy_indexes(firestore.databases, "demo-conteur", path)
        assert len(admin.fields(EXPIRING)) == number


def test_still_building(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """An index is not ready while it is being built."""
    firestore.databases.indexes(DATABASE).is_building = True
    deploy_indexes(firestore.databases, "demo-conteur", OURS)
    assert {index.state for index in admin.indexes()} == {1}
    firestore.databases.indexes(DATABASE).finish()
    assert {index.state for index in admin.indexes()} == {2}
