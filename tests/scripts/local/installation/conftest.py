"""A project that has pins and nothing installed, and tools that only say that they are there."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.local.installation import parts
from scripts.local.installation.display import Display

NODE = "v20.11.0"
PINS = (
    parts.RUNTIME_PINS,
    parts.LOCAL_PINS,
    parts.DEV_PINS,
    parts.MODEL_PINS,
    *parts.NODE_PINS,
    *(f"{parts.GENKIT}/{pins}" for pins in parts.NODE_PINS),
)

FakeTool = Callable[[str, str], None]
"""Takes the tool's name and the lines of the shell script that it is."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for pins in PINS:
        (root / pins).parent.mkdir(parents=True, exist_ok=True)
        (root / pins).write_text(f"the contents of {pins}")
    return root


@pytest.fixture
def fake_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeTool:
    """Empty PATH, and return a maker of the tools that are on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str, script: str) -> None:
        tool = folder / name
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)

    return make


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def display(screen: io.StringIO) -> Display:
    """Show what happens at a time that stands still."""
    return Display(screen, lambda: 0.0)
