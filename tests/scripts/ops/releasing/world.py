"""A remote, two clones of it and a stand-in for GitHub, all in one folder of a test's own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scripts.ops import release
from scripts.ops.operations.commands import Programs, Ran, Runner
from scripts.ops.release import Programmer
from scripts.ops.releasing.repository import Repository

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANGELOG = """\
# Changelog

## [Unreleased]

### Added

- Stores can be published.

## [0.1.0]

### Added

- A story.
"""
FILES = {
    "CHANGELOG.md": CHANGELOG,
    "pyproject.toml": '[project]\nname = "conteur"\nversion = "0.1.0"\n\n[tool.x]\nversion = "7"\n',
    "functions/conteur/__init__.py": '"""Tells."""\n\n__version__ = "0.1.0"\n',
    "functions/.env": "MAX_INSTANCES=2\n",
    "functions/main.py": "",
    "migrations/0001_store.sql": "CREATE TABLE a ();\n",
    ".gitignore": ".cache\n",
    ".firebaserc": json.dumps(
        {
            "projects": {
                "default": "demo-conteur",
                "staging": "demo-conteur-staging",
                "production": "demo-conteur-production",
            }
        }
    ),
}
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "USER": "ada",
}


class World:
    """`mine` and `theirs` are clones of `bare`; `state` is what the stand-in for GitHub knows."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.mine, self.theirs = (folder / each for each in ("bare", "mine", "theirs"))
        self.state = folder / "github.json"
        self.bin = folder / "bin"
        self._make_gh()
        self._make_clones()

    def release(self, *arguments: str, programs: Programmer = Programs) -> int:
        """Give the command in my clone."""
        return release.main(
            list(arguments),
            root=self.mine,
            environ=os.environ,
            clock=lambda: NOW,
            programs=programs,
        )

    def git(self, *arguments: str, at: Path | None = None) -> str:
        """Ask git, in my clone unless told otherwise."""
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - git is on the PATH
            cwd=at or self.mine,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def at(self, ref: str) -> str:
        """Return the commit that the remote has for a branch or tag; empty without one."""
        found = self.git("for-each-ref", "--format=%(objectname)", f"refs/*/{ref}", at=self.bare)
        return self.git("rev-parse", f"{found}^{{commit}}", at=self.bare) if found else ""

    def commit(self, path: str, text: str, at: Path | None = None) -> str:
        """Write a file and commit it."""
        where = at or self.mine
        (where / path).parent.mkdir(parents=True, exist_ok=True)
        (where / path).write_text(text)
        self.git("add", "--", path, at=where)
        self.git("commit", "-qm", f"Change {path}", at=where)
        return self.git("rev-parse", "HEAD", at=where)

    def push_theirs(self, branch: str, path: str, text: str = "theirs\n") -> str:
        """Have the colleague push a commit to a branch."""
        self.git("fetch", "-q", at=self.theirs)
        self.git("checkout", "-qB", branch, f"origin/{branch}", at=self.theirs)
        commit = self.commit(path, text, self.theirs)
        self.git("push", "-q", "origin", branch, at=self.theirs)
        return commit

    @property
    def github(self) -> dict[str, Any]:
        """Return what GitHub knows."""
        read: dict[str, Any] = json.loads(self.state.read_text())
        return read

    def tell(self, **facts: object) -> None:
        """Change what GitHub knows."""
        self.state.write_text(json.dumps({**self.github, **facts}))

    def approve(self) -> None:
        """Have the newest pull request approved, and the checks of its commit green."""
        pulls = self.github["pulls"]
        pulls[-1]["reviewDecision"] = "APPROVED"
        self.tell(pulls=pulls)
        self.check(self.at(pulls[-1]["headRefName"]))

    def check(self, commit: str, conclusion: str = "success") -> None:
        """Have the checks of a commit end."""
        run = {"headSha": commit, "workflow": "checks.yml", "status": "completed"}
        url = "https://github.com/example/conteur/actions/runs/1"
        self.tell(runs=[*self.github["runs"], {**run, "conclusion": conclusion, "url": url}])

    def stage(self, version: str) -> str:
        """Bring a version into staging, checked, and return the commit."""
        assert self.release("prepare", version, "--yes", "--without-record") == 0
        self.approve()
        assert self.release("stage", version, "--yes", "--without-record") == 0
        self.check(self.at("staging"))
        return self.at("staging")

    def lack(self, what: str) -> None:
        """Take away what a release needs: `no gh`, `signed out`, `no staging`."""
        match what:
            case "no gh":
                (self.bin / "gh").unlink()
            case "no staging":
                self.git("update-ref", "-d", "refs/heads/staging", at=self.bare)
            case _:
                self.tell(fail=what)

    def hook(self, text: str) -> None:
        """Have the remote ask a script before it takes anything."""
        path = self.bare / "hooks" / "pre-receive"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    @property
    def repository(self) -> Repository:
        """Return my clone as the command sees it."""
        return Repository(Programs(self.mine, os.environ))

    def _make_gh(self) -> None:
        self.bin.mkdir()
        script = self.bin / "gh"
        program = Path(__file__).with_name("gh.py")
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{program}" "$@"\n')
        script.chmod(0o755)
        known = {"bare": str(self.bare), "pulls": [], "runs": [], "releases": {}, "fail": ""}
        self.state.write_text(json.dumps(known))

    def _make_clones(self) -> None:
        folder = self.bare.parent
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), at=folder)
        self.git("clone", "-q", str(self.bare), str(self.mine), at=folder)
        self.git("switch", "-qc", "main")
        for path, text in FILES.items():
            (self.mine / path).parent.mkdir(parents=True, exist_ok=True)
            (self.mine / path).write_text(text)
        self.git("add", "--all")
        self.git("commit", "-qm", "Begin")
        self.git("tag", "-a", "v0.1.0", "-m", "First")
        self.git("push", "-q", "origin", "main", "main:staging", "v0.1.0")
        self.git("fetch", "-q")
        self.git("clone", "-q", str(self.bare), str(self.theirs), at=folder)


def scratch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world whose git has no settings of a person, and whose gh is the stand-in."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("GH_STATE", str(folder / "github.json"))
    return World(folder)


class Killed(BaseException):
    """The process ended here."""


def interrupted_by(what: Callable[[], object], *, before: str) -> Programmer:
    """Return what runs programs, but first lets something happen before one of these words."""

    def programs(root: Path, environment: Mapping[str, str]) -> Runner:
        real, over = Programs(root, environment), [False]

        def run(argv: Sequence[str], *, seconds: float) -> Ran:
            if not over[0] and before in " ".join(argv):
                over[0] = True
                what()
            return real(argv, seconds=seconds)

        return run

    return programs


def killed_at(number: int, *, after: bool) -> Programmer:
    """Return what runs programs until the one of this number that changes something."""
    changing = ("switch", "commit", "push", "tag", "create", "merge")

    def programs(root: Path, environment: Mapping[str, str]) -> Runner:
        real, seen = Programs(root, environment), [0]

        def run(argv: Sequence[str], *, seconds: float) -> Ran:
            counted = any(each in argv[1:3] for each in changing)
            seen[0] += counted
            if counted and seen[0] == number and not after:
                raise Killed
            done = real(argv, seconds=seconds)
            if counted and seen[0] == number:
                raise Killed
            return done

        return run

    return programs
