"""What git knows of a checkout."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.git import changed_files, commit_of, tree_of

NOBODY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_NAME": "a"}
SETTINGS = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_COMMITTER_EMAIL": "a", **NOBODY}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "--quiet")
    (tmp_path / "a.txt").write_text("a")
    _git(tmp_path, "add", "a.txt")
    _git(tmp_path, "commit", "--quiet", "-m", "a")
    return tmp_path


def _git(folder: Path, *arguments: str) -> None:
    command = ["git", *arguments]
    subprocess.run(command, cwd=folder, env={**os.environ, **SETTINGS}, check=True)


def test_a_clean_checkout(checkout: Path) -> None:
    """Nothing differs from the commit."""
    assert changed_files(checkout) == []


def test_changed_and_new_files(checkout: Path) -> None:
    """Whatever is not in the commit is named."""
    (checkout / "a.txt").write_text("b")
    (checkout / "new.txt").touch()
    assert sorted(changed_files(checkout)) == ["a.txt", "new.txt"]


def test_the_same_tree_with_another_history(checkout: Path) -> None:
    """Another commit of the same files has another id, and the same tree."""
    commit, tree = commit_of(checkout), tree_of(checkout)
    _git(checkout, "commit", "--quiet", "--allow-empty", "-m", "again")
    assert commit_of(checkout) != commit
    assert tree_of(checkout) == tree


def test_a_checkout_of_somebody_else(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Continuous integration may own no file of the checkout that it works in."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert len(commit_of(checkout)) == 40


def test_outside_of_git(tmp_path: Path) -> None:
    """Where there is no checkout, it says so."""
    with pytest.raises(RefusedError, match="in a checkout of the repository"):
        commit_of(tmp_path)
