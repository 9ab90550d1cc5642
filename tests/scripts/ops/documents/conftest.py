"""Made-up pages."""

from pathlib import Path

import pytest

from tests.scripts.ops.documents.little import LittlePages


@pytest.fixture
def pages(tmp_path: Path) -> LittlePages:
    return LittlePages(tmp_path)
