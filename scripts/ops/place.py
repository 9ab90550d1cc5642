"""Which project a command works on: a real one, or one in the emulators of a local stack."""

import json
import os
import socket
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conteur.settings import LOCAL_PROJECT_PREFIX
from scripts.local.ports import HOST
from scripts.local.run_directory import PREFIX, RUNNING

FIRESTORE, AUTH = "FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST"
CONNECT_SECONDS = 1.0
_SERVERS = {FIRESTORE: "firestore", AUTH: "auth"}


class PlaceError(Exception):
    """No one project is meant; the text says why, and what to do. Nothing was done."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A project's id, its alias, and its emulators by their variables (none: Google's servers).

    A project that has no alias has its id there.
    """

    project: str
    alias: str
    emulators: Mapping[str, str]

    @property
    def name(self) -> str:
        """The project's name for people."""
        if self.emulators:
            return f"{self.project} in the emulator at {self.emulators[FIRESTORE]}"
        return self.project if self.alias == self.project else f"{self.alias} ({self.project})"


@dataclass(frozen=True, slots=True)
class _Stack:
    """The folder of a stack that runs, and its emulators by their variables.

    `all_emulators` has those beside that a command did not ask for: another may.
    """

    folder: Path
    emulators: Mapping[str, str]
    all_emulators: Mapping[str, str]

    @property
    def choice(self) -> str:
        """What chooses this stack where several run, below the words whose it is."""
        whose = checkout_of(self.folder)
        named = f"{whose}, in {self.folder}" if whose else f"{self.folder}"
        return f"# {named}\n{' '.join(map('='.join, self.all_emulators.items()))}"


def find_place(
    root: Path,
    named: str | None,
    environ: Mapping[str, str],
    *,
    local: bool,
    emulators: Collection[str] = (FIRESTORE,),
) -> Place:
    """Return the place that an alias or id, `--local` or the environment mean.

    `emulators` are the variables of those that the command needs. Raises PlaceError.
    """
    aliases: dict[str, str] = json.loads((root / ".firebaserc").read_text())["projects"]
    asked = named or "default"
    project = aliases.get(asked, asked)
    alias = next((name for name, its in aliases.items() if project == its), asked)
    hosts = {name: environ[name] for name in emulators if environ.get(name)}
    if not project.startswith(LOCAL_PROJECT_PREFIX):
        _check_real(project, hosts, local=local)
        return Place(project, alias, {})
    if not hosts and not local:
        known = " or ".join(sorted({*aliases} - {"default"}))
        raise PlaceError(
            f"{project} is in no cloud. Name the project with -P ({known}), or work on the local "
            "stack with --local."
        )
    return Place(project, alias, _whole(hosts, emulators) if hosts else _only_stacks(emulators))


def stack_folder(environ: Mapping[str, str], file: str) -> Path:
    """Return the folder of the one running stack that has `file` in it. Raises PlaceError.

    FIRESTORE_EMULATOR_HOST tells which one is meant where several have.
    """
    named = environ.get(FIRESTORE)
    return _only(
        [
            stack
            for stack in _running_stacks((FIRESTORE,))
            if (stack.folder / file).exists() and (not named or named == stack.emulators[FIRESTORE])
        ],
        (FIRESTORE,),
    ).folder


def checkout_of(folder: Path) -> Path | None:
    """Return whose stack has this folder: the checkout that its functions are linked to."""
    functions = folder / "functions"
    return functions.resolve().parent if functions.is_symlink() else None


@contextmanager
def emulated(place: Place) -> Iterator[None]:
    """Let Google's libraries find a place's emulators, for which they have no other way."""
    before = {name: os.environ.get(name) for name in place.emulators}
    os.environ.update(place.emulators)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _check_real(project: str, hosts: Collection[str], *, local: bool) -> None:
    meant = [*(["leave out --local"] if local else []), *(f"unset {name}" for name in hosts)]
    if meant:
        raise PlaceError(
            f"An emulator is meant, and the real project {project} as well. To work on the "
            f"project {' and '.join(meant)}; to work on the emulator leave out -P."
        )


def _whole(hosts: Mapping[str, str], emulators: Collection[str]) -> Mapping[str, str]:
    """Return the environment's emulators: one of theirs and one of a stack do not go together."""
    if missing := [name for name in emulators if name not in hosts]:
        raise PlaceError(
            f"{' and '.join(hosts)} names an emulator, and {' and '.join(missing)} does not: set "
            "all of them, or unset them and use --local."
        )
    return hosts


def _only_stacks(emulators: Collection[str]) -> Mapping[str, str]:
    return _only(list(_running_stacks(emulators)), emulators).emulators


def _only(stacks: list[_Stack], emulators: Collection[str]) -> _Stack:
    match stacks:
        case [only]:
            return only
        case []:
            raise PlaceError(
                "No local stack runs: start one with scripts/dev, or name its emulators in "
                f"{' and '.join(emulators)}."
            )
        case several:
            raise PlaceError(
                "Several local stacks run. Put one of these lines before the command:\n"
                + "\n".join(stack.choice for stack in several)
            )


def _running_stacks(emulators: Collection[str]) -> Iterator[_Stack]:
    """Yield the stacks that run, as their folders tell."""
    for marker in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{RUNNING}")):
        project = marker.with_name("firebase.json")
        if project.exists():
            servers: dict[str, Any] = json.loads(project.read_text())["emulators"]
            ports = {name: servers[its]["port"] for name, its in _SERVERS.items() if its in servers}
            hosts = {name: f"{HOST}:{port}" for name, port in ports.items() if _listens(port)}
            if hosts.keys() >= {*emulators}:
                wanted = {name: hosts[name] for name in emulators}
                yield _Stack(marker.parent, wanted, hosts)


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
