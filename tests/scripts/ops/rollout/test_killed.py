"""A deploy whose process is killed, wherever that is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[4]
LEAST = 50  # moments: each write of the record and each change of the project, before and after


def played(folder: Path, how: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.scripts.ops.rollout.killed", str(folder), how]
    path = {"PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}"}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ends: dict[str, Any] = json.loads(done.stdout)
    return ends


def test_good(tmp_path: Path) -> None:
    """A canary that is killed anywhere and gone on with ends as one that was not."""
    ends = played(tmp_path, "good")
    assert ends["whole"]["state"] == "done"
    assert len(ends["resumed"]) > LEAST
    assert all(each == ends["whole"] for each in ends["resumed"])


def test_bad(tmp_path: Path) -> None:
    """So does one that goes back: no moment leaves a bad revision in use."""
    ends = played(tmp_path, "bad")
    assert ends["whole"]["state"] == "went back"
    assert ends["whole"]["quarantined"] == ["generate_story-2", "store_api-2"]
    assert len(ends["resumed"]) > LEAST
    assert all(each == ends["whole"] for each in ends["resumed"])
