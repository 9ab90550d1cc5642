from pathlib import Path

import pytest

from tests.scripts.ops.releasing.world import World, scratch


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return scratch(tmp_path, monkeypatch)
