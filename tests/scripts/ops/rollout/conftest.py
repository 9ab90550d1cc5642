"""An environment to deploy to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .world import World
from .world import world as served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path) as its:
        yield its
