"""A client in Node, and functions served for one module."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.clients.backends import Gunicorn, gunicorn
from tests.clients.client import Client, running_client
from tests.issuer import Issuer

Serve = Callable[..., AbstractContextManager[Gunicorn]]


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running_client(tmp_path_factory.mktemp("node"), "node.mjs") as running:
        yield running


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str) -> Serve:
    """Serve `generate_story` until a block ends, with the settings that are given by name."""

    def begin(**settings: str) -> AbstractContextManager[Gunicorn]:
        return gunicorn(tmp_path_factory.mktemp("serving"), issuer, firestore_host, **settings)

    return begin
