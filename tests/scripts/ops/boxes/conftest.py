"""A checkout, and a project in which everything is as it has to be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.ops.boxes.checkout import make_checkout
from tests.scripts.ops.boxes.world import World, healthy


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "checkout")


@pytest.fixture
def world(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with healthy(checkout, monkeypatch.setenv) as made:
        yield made
