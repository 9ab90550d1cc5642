"""Which commands have passed on which files, so that the same files are not tested twice.

They are kept by the tree's id, which says what is checked out whatever its history: a commit that
is only worded anew, or merged, keeps what was tested.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from scripts.ops.operations.git import changed_files, tree_of

FOLDER = ".cache/preflight"
FRESH = timedelta(hours=24)


class KeptPasses:
    """What has passed on the tree that is checked out. With `afresh` nothing is known yet."""

    def __init__(self, root: Path, *, afresh: bool = False) -> None:
        self._root = root
        self.tree = tree_of(root)
        self._path = root / FOLDER / f"{self.tree}.json"
        self._known = {} if afresh else _read(self._path)

    def passed_at(self, name: str, now: datetime) -> datetime | None:
        """Return when a command passed; None where it has not, or too long ago."""
        told = self._known.get(name)
        at = datetime.fromisoformat(told) if told else None
        return at if at and now - FRESH < at <= now and self.is_clean() else None

    def keep(self, name: str, now: datetime) -> None:
        """Remember that a command has passed, unless the files are none of a commit by now."""
        if not self.is_clean():
            return
        self._known = {**self._known, name: now.isoformat()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(self._known, indent=2) + "\n")
        beside.replace(self._path)

    def is_clean(self) -> bool:
        """Tell whether what is checked out is the tree that it was, and nothing else."""
        return not changed_files(self._root) and tree_of(self._root) == self.tree


def _read(path: Path) -> Mapping[str, str]:
    """Return what a file has; nothing of one that was half written or is none of ours."""
    with suppress(OSError, ValueError):
        read = json.loads(path.read_text())
        return {str(name): str(at) for name, at in read.items()}
    return {}
