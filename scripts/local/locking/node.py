"""The pins of Node packages: package-lock.json."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from scripts.local.errors import LocalStackError

INSTALL = ("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
COPIED = ("name", "license", "engines", "devDependencies")
"""What npm repeats of package.json in the lock file."""


def node_lock_fits(root: Path) -> bool:
    """Tell whether package-lock.json was made from package.json as it is now."""
    try:
        locked = json.loads((root / "package-lock.json").read_text())["packages"][""]
    except FileNotFoundError:
        return False
    package = json.loads((root / "package.json").read_text())
    return all(locked.get(name) == package.get(name) for name in COPIED)


def write_node_lock(root: Path, *, upgrade: bool) -> None:
    """Resolve the packages. Raises LocalStackError."""
    lock = root / "package-lock.json"
    if upgrade:
        lock.unlink(missing_ok=True)
    npm = shutil.which("npm") or "npm"
    done = subprocess.run([npm, *INSTALL], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalStackError(f"{lock} cannot be made:\n{done.stderr.rstrip()}")
    contents = tidied(json.loads(lock.read_text()))
    lock.write_text(json.dumps(contents, indent=2, ensure_ascii=False) + "\n")


def tidied(lock: dict[str, Any]) -> dict[str, Any]:
    """Return the lock without what npm 11 leaves in it now and then.

    Addresses that packages came from, whatever `omit-lockfile-registry-resolved` says: their
    hashes say enough. And packages that nothing needs, which it marks as extraneous itself.
    """
    packages = {
        path: {name: value for name, value in package.items() if name != "resolved"}
        for path, package in lock["packages"].items()
        if not package.get("extraneous")
    }
    return {**lock, "packages": packages}
