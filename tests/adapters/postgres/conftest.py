"""A world for each test."""

from collections.abc import Iterator

import pytest

from scripts.local.postgres import Postgres
from tests.adapters.postgres.world import World, world_at
from tests.postgres import fresh_database


@pytest.fixture
def world(database: str) -> Iterator[World]:
    with world_at(database) as world:
        yield world


@pytest.fixture(scope="module")
def quiet_world(postgres_server: Postgres) -> Iterator[World]:
    """One for all tests of a file that change nothing."""
    with fresh_database(postgres_server) as url, world_at(url) as world:
        yield world
