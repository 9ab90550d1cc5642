"""The pins of Node packages: package-lock.json."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.local.errors import LocalStackError
from scripts.local.installation.parts import GENKIT

INSTALL = ("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
COPIED = ("name", "license", "engines", "dependencies", "devDependencies")
"""What npm repeats of package.json in the lock file."""


@dataclass(frozen=True, slots=True)
class NodeLock:
    """One package-lock.json, made from the package.json beside it."""

    path: Path

    def fits(self) -> bool:
        """Tell whether the file was made from package.json as it is now."""
        try:
            locked = json.loads(self.path.read_text())["packages"][""]
        except FileNotFoundError:
            return False
        package = json.loads(self.path.with_name("package.json").read_text())
        return all(locked.get(name) == package.get(name) for name in COPIED)

    def write(self, *, upgrade: bool) -> None:
        """Resolve the packages. Raises LocalStackError."""
        if upgrade:
            self.path.unlink(missing_ok=True)
        npm = shutil.which("npm") or "npm"
        done = subprocess.run(
            [npm, *INSTALL], cwd=self.path.parent, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LocalStackError(f"{self.path} cannot be made:\n{done.stderr.rstrip()}")
        contents = tidied(json.loads(self.path.read_text()))
        self.path.write_text(json.dumps(contents, indent=2, ensure_ascii=False) + "\n")


def node_locks(root: Path) -> tuple[NodeLock, ...]:
    """Return the locks of the project's own packages and of the benchmark's Genkit."""
    return tuple(NodeLock(root / folder / "package-lock.json") for folder in (".", GENKIT))


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
