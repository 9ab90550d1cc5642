"""An empty database for each module."""

from collections.abc import Iterator

import pytest

from tests.crashes.world import Database, database


@pytest.fixture(scope="module")
def data(firestore_host: str) -> Iterator[Database]:
    with database(firestore_host) as empty:
        yield empty
