"""`scripts/lock --check` on the repository as it is, and on one that has moved on."""

import json
import shutil
from pathlib import Path

import pytest

from scripts.local.lock import ROOT, main

PINS = (
    "functions/requirements.txt",
    "requirements/local.txt",
    "requirements/dev.txt",
    "requirements/model.txt",
)
NODE_FOLDERS = (".", "tests/bench/peers/genkit")
NODE_FILES = [f"{folder}/package{end}.json" for folder in NODE_FOLDERS for end in ("", "-lock")]
FILES = (*PINS, "pyproject.toml", *NODE_FILES)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_repository_is_locked(copy: Path) -> None:
    """Every lock file of the repository fits what it is made from."""
    assert main(["--check"], copy) == 0


def test_a_changed_dependency_is_found(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dependency that changed since the pins were made fails the check, which names the file."""
    _replace(copy / "pyproject.toml", "mypy>=2.4", "mypy>=2.3")
    assert main(["--check"], copy) == 1
    assert capsys.readouterr().err == "Out of date: requirements/dev.txt. Run scripts/lock\n"


@pytest.mark.parametrize(
    ("folder", "package"), [(".", "firebase-tools"), ("tests/bench/peers/genkit", "genkit")]
)
def test_a_changed_node_package_is_found(
    copy: Path, folder: str, package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Node package that changed since the lock was made fails the check, which names the file."""
    _replace(copy / folder / "package.json", f'"{package}": "', f'"{package}": "1')
    assert main(["--check"], copy) == 1
    lock = Path(folder) / "package-lock.json"
    assert capsys.readouterr().err == f"Out of date: {lock}. Run scripts/lock\n"


def test_no_lock_of_python_packages_names_a_registry() -> None:
    """No lock says where a package comes from, so that any registry will do."""
    assert not [name for name in PINS if "://" in (ROOT / name).read_text()]


@pytest.mark.parametrize("folder", NODE_FOLDERS)
def test_no_lock_of_node_packages_names_a_registry(folder: str) -> None:
    """No package-lock.json says where a package comes from."""
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    assert not [path for path, package in packages.items() if "resolved" in package]


@pytest.mark.parametrize("folder", NODE_FOLDERS)
def test_node_packages_are_pinned_exactly(folder: str) -> None:
    """What a package.json names is one version each, not a range."""
    package = json.loads((ROOT / folder / "package.json").read_text())
    wanted = package.get("dependencies", {}) | package.get("devDependencies", {})
    assert wanted
    assert all(version.replace(".", "").isdigit() for version in wanted.values())
