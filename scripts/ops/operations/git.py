"""What git knows of the checkout."""

import subprocess
from pathlib import Path

from scripts.ops.operations.errors import RefusedError


def commit_of(root: Path) -> str:
    """Return the id of the commit that is checked out. Raises RefusedError outside of git."""
    return _git(root, "rev-parse", "HEAD")


def tree_of(root: Path) -> str:
    """Return the id of what is checked out, whatever its history. Raises RefusedError."""
    return _git(root, "rev-parse", "HEAD^{tree}")


def changed_files(root: Path) -> list[str]:
    """Return what differs from the commit, or is new. Raises RefusedError."""
    lines = _git(root, "status", "--porcelain", strip=False).splitlines()
    return [line[3:] for line in lines]


def _git(root: Path, *arguments: str, strip: bool = True) -> str:
    done = subprocess.run(
        # Whoever owns the checkout: its commands are being run already.
        ["git", "-c", f"safe.directory={root.resolve()}", *arguments],  # noqa: S607 - on the PATH
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RefusedError(
            f"git {arguments[0]} failed: {done.stderr.strip()}. Give the command in a checkout of "
            "the repository."
        )
    return done.stdout.strip() if strip else done.stdout
