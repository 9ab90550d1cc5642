"""Where a real Prometheus is: on PATH, or as `scripts/setup` has unpacked it."""

import shutil
from pathlib import Path

FOLDER = ".cache/prometheus"


def find_prometheus(root: Path) -> Path | None:
    """Return the server's program, the one on PATH first; None where there is none."""
    return _found(root, "prometheus")


def find_promtool(root: Path) -> Path | None:
    """Return the program that tests rules, the one on PATH first; None where there is none."""
    return _found(root, "promtool")


def _found(root: Path, name: str) -> Path | None:
    on_path = shutil.which(name)
    if on_path is not None:
        return Path(on_path)
    unpacked = root / FOLDER / "usr/bin" / name
    return unpacked if unpacked.is_file() else None
