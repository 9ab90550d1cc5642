"""Schemathesis over the contract that is served, against the served function and PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.local.serving import FUNCTIONS
from tests.clients.store_calls import KEY
from tests.clients.store_server import PROVIDERS_KEY, author_token, store_server
from tests.issuer import Issuer

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
EXAMPLES_OF_EACH_OPERATION = 25
MOST_SECONDS = 300.0

# Not asked: a body of the right form may be refused for a NUL in it, and a request for the store's
# version or its key; test_store_contract.py of the entry points has what is taken.
NOT_ASKED = "positive_data_acceptance"
HOOKS = {
    "SCHEMATHESIS_HOOKS": "tests.clients.store_calls",
    "PYTHONPATH": f"{FUNCTIONS}:{ROOT}",
}
PHASES = "examples,coverage,fuzzing"


@dataclass(frozen=True)
class ServedStore:
    """A served `store_api`, with the synthetic shop in its database."""

    url: str
    folder: Path

    def check(self, *chosen: str, excluded: str = NOT_ASKED, **environment: str) -> str:
        """Let schemathesis look at the chosen operations, and return what it found; empty: none."""
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            *(f"{self.url}/api/openapi.json", "--url", self.url, "--checks", "all"),
            *("--exclude-checks", excluded, "--phases", PHASES, "--seed", "1"),
            *("--max-examples", str(EXAMPLES_OF_EACH_OPERATION), "--no-color", "--no-shrink"),
            *("--exclude-path", "/health", *chosen),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={**os.environ, **HOOKS, **environment},
            text=True,
            timeout=MOST_SECONDS,
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def store(
    tmp_path: Path, database: str, issuer: Issuer, firestore_host: str
) -> Iterator[ServedStore]:
    with store_server(tmp_path, database, issuer, firestore_host) as url:
        yield ServedStore(url, tmp_path)


def test_authors(store: ServedStore) -> None:
    """No request of an author, good or bad, is answered other than the contract says."""
    header = ("--header", f"Authorization: Bearer {author_token()}")
    assert store.check(*header, "--exclude-operation-id", "verify_step") == ""


def test_nobody(store: ServedStore) -> None:
    """Nor is any of somebody without a token."""
    assert store.check() == ""


def test_providers(store: ServedStore) -> None:
    """Nor is any of a provider, whose calls are all signed here, the unsigned ones too."""
    only = ("--include-operation-id", "verify_step")
    assert store.check(*only, excluded=f"{NOT_ASKED},ignored_auth", **{KEY: PROVIDERS_KEY}) == ""
