"""Pin every package by version and hash, from pyproject.toml and the files package.json.

  functions/requirements.txt                   what is deployed
  requirements/*.txt                           the local stack, the tests, the embedded model
  package-lock.json                            the Node packages
  tests/bench/peers/genkit/package-lock.json   those of the benchmark's Genkit

Versions that are pinned already and still fit stay as they are. No file names a registry, so
each is good wherever the packages come from.
"""

import argparse
import sys
import tomllib
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.locking.node import NodeLock, node_locks
from scripts.local.locking.python import PythonLock, python_locks

ROOT = Path(__file__).resolve().parents[2]

Locks = tuple[PythonLock | NodeLock, ...]


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    project = tomllib.loads((root / "pyproject.toml").read_text())
    locks: Locks = (*python_locks(root, project), *node_locks(root))
    if options.check:
        return _check(root, locks)
    try:
        _write(root, locks, upgrade=options.upgrade)
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/lock",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check", action="store_true", help="change nothing; fail if a file is out of date"
    )
    what.add_argument(
        "--upgrade", action="store_true", help="take the newest versions that are allowed"
    )
    return parser


def _check(root: Path, locks: Locks) -> int:
    stale = [f"{lock.path.relative_to(root)}" for lock in locks if not lock.fits()]
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run scripts/lock", file=sys.stderr)
    return 1 if stale else 0


def _write(root: Path, locks: Locks, *, upgrade: bool) -> None:
    for lock in locks:
        print(f"Pinning {lock.path.relative_to(root)}", flush=True)
        lock.write(upgrade=upgrade)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
