"""The README's picture can be taken again at any time."""

import shutil
import struct
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.prometheus import find_prometheus
from scripts.local.watch.picture.__main__ import main
from scripts.local.watch.picture.blocks import STEP_SECONDS, made_up_lines

END = 1_800_000_000.0
MOST_BYTES = 300_000
PNG = b"\x89PNG\r\n\x1a\n"

pytestmark = pytest.mark.server


def test_the_made_up_load_is_the_same_each_time() -> None:
    """Two made-up minutes are equal, and each step's lines have their time."""
    once, again = (list(made_up_lines(END, 2 * STEP_SECONDS)) for _ in range(2))
    assert once == again
    assert {line.split()[-1] for line in once} == {f"{END - STEP_SECONDS:.0f}", f"{END:.0f}"}


def test_the_picture_is_taken(tmp_path: Path) -> None:
    """One command makes a picture of 1440 x 900 that a README may carry."""
    if find_prometheus(ROOT) is None or shutil.which("chromium") is None:
        pytest.skip("Prometheus or Chromium is missing: run scripts/setup --for test")
    file = tmp_path / "dashboard.png"
    assert main([str(file)]) == 0
    content = file.read_bytes()
    assert content.startswith(PNG)
    assert struct.unpack(">II", content[16:24]) == (1440, 900)
    assert len(content) < MOST_BYTES
