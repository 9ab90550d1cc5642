"""Worlds that can be broken, as tests/faults has them, and a database to break."""

from collections.abc import Iterator

import pytest

from scripts.local.postgres import Postgres
from tests.faults.conftest import faults_client, llmock, make_world
from tests.procedures.store_stack import two_users_server

__all__ = ["faults_client", "llmock", "make_world"]  # fixtures


@pytest.fixture(scope="session")
def two_users() -> Iterator[Postgres]:
    """Run a PostgreSQL for the runbooks alone, whose databases have the two users."""
    with two_users_server() as running:
        yield running
