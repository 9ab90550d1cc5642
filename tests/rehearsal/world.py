"""Where a release is rehearsed: a repository, two projects, and a person who gives commands."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from scripts.local.environment import base_environment
from scripts.local.firebase_project import ROOT
from scripts.local.processes import Command, Process, running
from scripts.ops.operations import firestore_book
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.record import Kind, Record
from scripts.ops.operations.site import DEPLOYABLE, Site, find_site, service_of
from scripts.ops.traffic import run
from scripts.ops.traffic.platform import ServiceState
from tests.issuer import Issuer
from tests.rehearsal.cloud import HOME, Cloud, cloud
from tests.rehearsal.repository import PROJECTS, Repository
from tests.scripts.ops.releasing.world import IDENTITY

PATIENCE = 900  # seconds until a command that hangs fails its test, also on a busy machine
FIREBASE = ROOT / "node_modules/.bin/firebase"
LOOK_SECONDS = 0.1
STORY = "generate_story"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it printed on both streams."""

    code: int
    text: str


@dataclass
class World:
    """A repository, a cloud, and commands that are given as their user gives them."""

    repository: Repository
    cloud: Cloud
    home: Path

    @property
    def firebase(self) -> str:
        """The Firebase CLI of the checkout."""
        return str(self.repository.mine / "node_modules/.bin/firebase")

    def environ(self, name: str = "production") -> Mapping[str, str]:
        """Return the environment of commands that work on an environment."""
        mine = self.repository
        return {
            **base_environment(os.environ),
            **IDENTITY,
            "HOME": str(self.home),
            "PATH": f"{mine.bin}:{os.environ['PATH']}",
            "PYTHONPATH": str(mine.mine / "functions"),
            "GH_STATE": str(mine.state),
            **self.cloud.environment,
            "PROMETHEUS_URL": self.cloud.figures[PROJECTS[name]].url,
        }

    @contextmanager
    def beginning(self, command: str, *arguments: str) -> Iterator[Process]:
        """Begin a command, which is ended with all that it started when the block is left."""
        name = next((each for each in DEPLOYABLE if each in arguments), "production")
        given = Command(
            name=shlex.join([f"scripts/{command}", *arguments]),
            argv=(sys.executable, "-m", f"scripts.ops.{command}", *arguments),
            env=self.environ(name),
            cwd=self.repository.mine,
        )
        with NamedTemporaryFile(dir=self.home) as log, running(given, Path(log.name)) as process:
            yield process

    def ended(self, process: Process) -> Said:
        """Return how a command ended, once it has."""
        until(f"the end of {process.command.name}", lambda: process.exit_code() is not None)
        said = Said(process.exit_code() or 0, process.output())
        sys.stdout.write(f"$ {process.command.name}\n{said.text}[{said.code}]\n\n")
        return said

    def give(self, command: str, *arguments: str) -> Said:
        """Give a command, and return how it ended."""
        with self.beginning(command, *arguments) as process:
            return self.ended(process)

    def site(self, name: str) -> Site:
        """Return an environment as commands see it."""
        return find_site(self.repository.mine, name, self.environ(name))

    def records(self, name: str, *kinds: Kind) -> list[Record]:
        """Return an environment's records, the newest first."""
        with firestore_book.connected(self.site(name).firestore()) as book:
            return book.newest(*kinds)

    def quarantined(self, name: str) -> Mapping[str, Quarantined]:
        """Return an environment's quarantine."""
        with firestore_book.connected(self.site(name).firestore()) as book:
            return book.quarantined()

    def service(self, name: str, function: str = STORY) -> ServiceState:
        """Return a function's service as commands see it."""
        site = self.site(name)
        with run.connected(site.run(), region=site.region) as platform:
            state = platform.service(function)
        assert state is not None, service_of(function)
        return state


def until(what: str, look: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < end, what
        time.sleep(LOOK_SECONDS)


@contextmanager
def world(
    folder: Path, monkeypatch: pytest.MonkeyPatch, issuer: Issuer, firestore_host: str
) -> Iterator[World]:
    """Make the world; nothing is deployed there."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    repository, home = Repository(folder), folder / HOME
    home.mkdir()
    with cloud(folder, issuer, firestore_host) as its:
        made = World(repository, its, home)
        _let_firebase_in(made)
        yield made


def _let_firebase_in(made: World) -> None:
    """Have the checkout's Firebase CLI reach the stand-ins, and nobody else."""
    script = Path(made.firebase)
    its = "\n".join(
        f"export {name}={shlex.quote(value)}" for name, value in made.cloud.of_firebase.items()
    )
    script.write_text(f'#!/bin/sh\n{its}\nexec {shlex.quote(str(FIREBASE))} "$@"\n')
    script.chmod(0o755)
