"""One broken world for most rows, and worlds of their own for those that need a fresh worker."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.clients.client import Client, running_client
from tests.faults.mock_model import MockModel, mock_model
from tests.faults.world import World, world
from tests.issuer import Issuer

pytest.register_assert_rewrite("tests.faults.rows")  # a row that fails shows where it differs

MakeWorld = Callable[..., AbstractContextManager[World]]


@pytest.fixture(scope="session")
def faults_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running_client(tmp_path_factory.mktemp("faults-node"), "node.mjs") as client:
        yield client


@pytest.fixture(scope="session")
def llmock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockModel]:
    with mock_model(tmp_path_factory.mktemp("llmock")) as model:
        yield model


@pytest.fixture(scope="session")
def make_world(
    tmp_path_factory: pytest.TempPathFactory,
    issuer: Issuer,
    firestore_host: str,
    faults_client: Client,
    llmock: MockModel,
) -> MakeWorld:
    """Serve the product in a world that can be broken, with the settings that are given by name."""

    def begin(**settings: str) -> AbstractContextManager[World]:
        folder = tmp_path_factory.mktemp("faults")
        return world(folder, issuer, firestore_host, faults_client, llmock, **settings)

    return begin


@pytest.fixture(scope="session")
def shared_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world() as made:
        made.warm_up()
        yield made
