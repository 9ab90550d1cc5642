"""Chromium, and series as the stand-in answers them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.prometheus import find_prometheus
from tests.clients.client import running_client
from tests.scripts.local.watch.browser import Browser
from tests.scripts.local.watch.watching import Watched, watched_instance


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is missing: install it (apt-get install chromium)")
    folder = tmp_path_factory.mktemp("chromium")
    with running_client(folder, "dashboard.mjs", chromium) as client:
        yield Browser(client)


@pytest.fixture
def needs_prometheus() -> None:
    if find_prometheus(ROOT) is None:
        pytest.skip("Prometheus is missing: run scripts/setup")


@pytest.fixture
def watched(tmp_path: Path, needs_prometheus: None) -> Iterator[Watched]:
    """A page with a real Prometheus."""
    del needs_prometheus
    with watched_instance(tmp_path) as running:
        yield running


@pytest.fixture
def watched_alone(tmp_path: Path) -> Iterator[Watched]:
    """A page without Prometheus."""
    with watched_instance(tmp_path, with_prometheus=False) as running:
        yield running
