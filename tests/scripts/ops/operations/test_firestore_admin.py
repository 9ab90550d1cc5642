"""The client of Firestore's administration."""

from collections.abc import Iterator

import pytest

from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.ops.operations.firestore_admin import opened


@pytest.fixture
def address() -> Iterator[str]:
    admin = FirestoreAdminStandIn(lambda: 0.0)
    admin.databases.create("demo-conteur")
    with admin.serve() as its:
        yield its


def test_stand_in(address: str) -> None:
    """A stand-in is asked without TLS and without a login."""
    with opened(address) as client:
        found = client.get_database(name="projects/demo-conteur/databases/(default)")
    assert found.name.endswith("(default)")
