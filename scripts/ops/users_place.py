"""Whose users are meant: a project's, or those of the local stack that runs."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conteur.settings import LOCAL_PROJECT_PREFIX
from scripts.local.firebase_project import PROJECT
from scripts.local.ports import HOST
from scripts.local.run_directory import PREFIX, RUNNING

FIRESTORE, AUTH = "FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST"


class UsersError(Exception):
    """It was not done; the text says what happened, what it means and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A project's id, and the emulators that have it, by the names of their variables."""

    project: str
    emulators: Mapping[str, str]


def find_place(root: Path, named: str | None, environ: Mapping[str, str], *, local: bool) -> Place:
    """Return the place that an alias or id, or `--local`, means. Raises UsersError."""
    if local:
        return Place(PROJECT, _emulators(environ))
    aliases: dict[str, str] = json.loads((root / ".firebaserc").read_text())["projects"]
    project = aliases.get(named or "", named or "")
    if not project or project.startswith(LOCAL_PROJECT_PREFIX):
        known = " or ".join(sorted({*aliases} - {"default"}))
        raise UsersError(f"Whose users? Name the project with -P ({known}), or use --local.")
    if set_ := [name for name in (FIRESTORE, AUTH) if environ.get(name)]:
        raise UsersError(f"{project} is a real project: unset {' and '.join(set_)}.")
    return Place(project, {})


def _emulators(environ: Mapping[str, str]) -> Mapping[str, str]:
    if environ.get(FIRESTORE) and environ.get(AUTH):
        return {name: environ[name] for name in (FIRESTORE, AUTH)}
    markers = sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{RUNNING}"))
    match [marker.with_name("firebase.json") for marker in markers]:
        case [only] if only.exists():
            servers: dict[str, Any] = json.loads(only.read_text())["emulators"]
            return {
                FIRESTORE: f"{HOST}:{servers['firestore']['port']}",
                AUTH: f"{HOST}:{servers['auth']['port']}",
            }
        case []:
            raise UsersError("No local stack runs: start one with scripts/dev.")
        case _:
            raise UsersError(f"Several local stacks run: name one's in {FIRESTORE} and {AUTH}.")
