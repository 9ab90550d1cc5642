"""Processes to start, watch and end."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from scripts.local.processes import Command

LEAVES_AN_ORPHAN = """
import subprocess, sys
sleep = [sys.executable, "-c", "import time; print('asleep', flush=True); time.sleep(600)"]
subprocess.Popen(sleep, start_new_session=True)
"""
"""A program that ends while a child of it, in a session of its own, goes on."""

PythonCommand = Callable[..., Command]


@pytest.fixture
def marker() -> str:
    return f"conteur-test-{uuid4()}"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder for the runs of stacks with a store, whose PostgreSQL may be another user's."""
    folder = Path(tempfile.mkdtemp(prefix="conteur-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def python_command(tmp_path: Path, marker: str) -> PythonCommand:
    """Return a maker of commands that run a few lines of Python."""

    def make(program: str, **options: float) -> Command:
        return Command(
            name="The program",
            argv=(sys.executable, "-c", program),
            env={"PATH": os.environ["PATH"], "MARKER": marker},
            cwd=tmp_path,
            grace_seconds=options.get("grace_seconds", 5.0),
        )

    return make
