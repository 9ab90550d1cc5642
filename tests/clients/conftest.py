"""Apps: each test gets a fresh user, in Node and in Chromium, on gunicorn and on the emulators."""

import shutil
import uuid
from collections.abc import Iterator

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import (
    EVERY_FUNCTION,
    Backend,
    Emulators,
    Gunicorn,
    emulators,
    gunicorn,
)
from tests.clients.client import Client, running_client
from tests.issuer import Issuer

CLIENTS = ("node", "chromium")
BACKENDS = ("gunicorn", "emulators")


@pytest.fixture(scope="session")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running_client(tmp_path_factory.mktemp("node"), "node.mjs") as client:
        yield client


@pytest.fixture(scope="session")
def chromium_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is missing: install it (apt-get install chromium)")
    with running_client(tmp_path_factory.mktemp("chromium"), "chromium.mjs", chromium) as client:
        yield client


@pytest.fixture(scope="session")
def gunicorn_backend(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Gunicorn]:
    folder = tmp_path_factory.mktemp("gunicorn")
    with gunicorn(folder, issuer, firestore_host, EVERY_FUNCTION) as backend:
        yield backend


@pytest.fixture(scope="session")
def emulators_backend() -> Iterator[Emulators]:
    with emulators() as backend:
        yield backend


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    found: Client = request.getfixturevalue(f"{request.param}_client")
    return found


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    found: Backend = request.getfixturevalue(f"{request.param}_backend")
    return found


@pytest.fixture
def app(client: Client, backend: Backend) -> App:
    """Be a new user's app, in either client, on either backend."""
    return new_app(client, backend)


@pytest.fixture
def gunicorn_app(client: Client, gunicorn_backend: Gunicorn) -> App:
    """Be a new user's app where tokens are really checked."""
    return new_app(client, gunicorn_backend)


@pytest.fixture
def prompt() -> str:
    """Return words that no other test says."""
    return f"A fox who is afraid of the dark, number {uuid.uuid4()}"
