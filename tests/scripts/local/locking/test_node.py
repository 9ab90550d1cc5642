"""The pins of Node packages, and how to tell that they are up to date."""

import json
from pathlib import Path

import pytest

from scripts.local.locking.node import NodeLock, node_locks, tidied

PACKAGE = {"name": "conteur", "engines": {"node": ">=20"}, "devDependencies": {"esbuild": "1.0.0"}}


def _lock(root: Path, package: object, locked: object) -> NodeLock:
    (root / "package.json").write_text(json.dumps(package))
    (root / "package-lock.json").write_text(json.dumps({"packages": {"": locked}}))
    return NodeLock(root / "package-lock.json")


def test_a_lock_fits_what_it_was_made_from(tmp_path: Path) -> None:
    """A lock fits a package.json with the same packages, whatever its npm commands are."""
    assert _lock(tmp_path, PACKAGE | {"scripts": {"test": "scripts/test"}}, PACKAGE).fits()


@pytest.mark.parametrize(
    "change",
    [
        {"devDependencies": {"esbuild": "1.0.1"}},
        {"dependencies": {"genkit": "1.0.0"}},
        {"engines": {"node": ">=22"}},
    ],
)
def test_a_lock_does_not_fit_other_packages(tmp_path: Path, change: dict[str, object]) -> None:
    """A lock does not fit when a package's version or the engines change."""
    assert not _lock(tmp_path, PACKAGE | change, PACKAGE).fits()


def test_a_missing_lock_does_not_fit(tmp_path: Path) -> None:
    """A lock that is not there does not fit."""
    assert not NodeLock(tmp_path / "package-lock.json").fits()


def test_the_benchmark_has_a_lock_of_its_own(tmp_path: Path) -> None:
    """The project's own packages and those of the benchmark's Genkit are locked apart."""
    paths = [str(lock.path.relative_to(tmp_path)) for lock in node_locks(tmp_path)]
    assert paths == ["package-lock.json", "tests/bench/peers/genkit/package-lock.json"]


ADDRESS = "https://example.com/x"


def test_addresses_are_left_out() -> None:
    """What remains of a locked package is its version and hash, not where it came from."""
    package = {"version": "1.0.0", "integrity": "sha512-abc", "resolved": ADDRESS}
    lock = {"lockfileVersion": 3, "packages": {"node_modules/x": package}}
    assert tidied(lock) == {
        "lockfileVersion": 3,
        "packages": {"node_modules/x": {"version": "1.0.0", "integrity": "sha512-abc"}},
    }


def test_packages_that_nothing_needs_are_left_out() -> None:
    """A package that npm itself calls extraneous is not locked."""
    lock = {"packages": {"node_modules/x": {"version": "1.0.0", "extraneous": True}}}
    assert tidied(lock) == {"packages": {}}
