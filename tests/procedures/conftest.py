"""Worlds that can be broken, as tests/faults has them, and a database to break."""

from collections.abc import Iterator

import pytest

from scripts.local.postgres import Postgres
from tests.faults.conftest import faults_client, llmock, make_world
from tests.procedures.store_stack import Replay, replay, shop, two_users_server

__all__ = ["faults_client", "llmock", "make_world"]  # fixtures


@pytest.fixture(scope="session")
def two_users() -> Iterator[Postgres]:
    """Run a PostgreSQL for the runbooks alone, whose databases have the two users."""
    with two_users_server() as running:
        yield running


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Replay each of a module's FAULTS."""
    if "replayed" in metafunc.fixturenames:
        metafunc.parametrize("replayed", metafunc.module.FAULTS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def replayed(
    request: pytest.FixtureRequest,
    two_users: Postgres,
    firestore_host: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Replay]:
    """Follow the module's PAGE from one of its FAULTS to its cure."""
    page, faults = request.module.PAGE, request.module.FAULTS
    with shop(two_users, firestore_host, tmp_path_factory.mktemp("replay"), page) as made:
        yield replay(made, request.param, faults[request.param])
