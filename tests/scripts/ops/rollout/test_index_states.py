"""Which indexes cannot be used yet, seen through the real client library."""

import time
from collections.abc import Iterator

import grpc
import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.standins.firestore_admin.deploy import deploy_indexes
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.server import Fault
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.errors import OperationError
from scripts.ops.place import Place
from scripts.ops.rollout.index_states import IndexStates, connected

PROJECT = "demo-conteur"


@pytest.fixture
def admin() -> FirestoreAdminStandIn:
    return FirestoreAdminStandIn(time.time)


@pytest.fixture
def states(admin: FirestoreAdminStandIn) -> Iterator[IndexStates]:
    admin.databases.create(PROJECT)
    with (
        admin.serve() as address,
        connected(Place(PROJECT, "staging", {RUN_ENDPOINT: address})) as its,
    ):
        yield its


def deploy(admin: FirestoreAdminStandIn, *, building: bool) -> None:
    """Deploy this repository's indexes."""
    indexes = admin.databases.indexes(f"projects/{PROJECT}/databases/(default)")
    indexes.is_building = building
    deploy_indexes(admin.databases, PROJECT, ROOT / "firestore.indexes.json")


def test_ready(admin: FirestoreAdminStandIn, states: IndexStates) -> None:
    """Where all are READY, there is nothing to wait for."""
    deploy(admin, building=False)
    assert states.building() == []


def test_building(admin: FirestoreAdminStandIn, states: IndexStates) -> None:
    """Those that are being built are named, composite ones and those of single fields."""
    deploy(admin, building=True)
    named = states.building()
    assert "stories (status.leaseShard, status.leaseUntil, __name__)" in named
    assert "stories.status.startTime" in named


def test_ready_later(admin: FirestoreAdminStandIn, states: IndexStates) -> None:
    """Once they are built, they are no longer waited for."""
    deploy(admin, building=True)
    admin.databases.indexes(f"projects/{PROJECT}/databases/(default)").finish()
    assert states.building() == []


def test_denied(admin: FirestoreAdminStandIn, states: IndexStates) -> None:
    """Without the right to look, the role is named."""
    admin.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    with pytest.raises(OperationError, match=r"roles/datastore\.viewer"):
        states.building()
