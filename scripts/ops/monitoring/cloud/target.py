"""Which Cloud Monitoring is meant: a project's, or the stand-in of a local stack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conteur.settings import LOCAL_PROJECT_PREFIX, Environment
from scripts.ops.monitoring.cloud.desired import Goal
from scripts.ops.place import PlaceError, find_place, stack_folder

ENDPOINT = "MONITORING_ENDPOINT"
LOG = "monitoring.log"  # of the stack's stand-in, whose first line says where it is


@dataclass(frozen=True, slots=True)
class Target:
    """A project. `endpoint` is a stand-in, spoken to without TLS; empty, the real service."""

    project: str
    alias: str
    endpoint: str

    @property
    def goal(self) -> Goal:
        """What the files of the repository are compiled for; stand-ins are local."""
        return Goal(self.project, self.alias, Environment.LOCAL if self.endpoint else self.alias)

    @property
    def name(self) -> str:
        """The project's name for people."""
        if self.endpoint:
            return f"{self.project} in the stand-in at {self.endpoint}"
        return self.project if self.alias == self.project else f"{self.alias} ({self.project})"


def find_target(
    root: Path, named: str | None, environ: Mapping[str, str], *, local: bool
) -> Target:
    """Return what an alias or id, `--local` or MONITORING_ENDPOINT mean. Raises PlaceError."""
    known = {ENDPOINT: environ[ENDPOINT]} if environ.get(ENDPOINT) else {}
    if local and not known:
        known = {ENDPOINT: _of_the_stack(environ)}
    place = find_place(root, named, known, local=False, emulators=(ENDPOINT,))
    return Target(place.project, place.alias, place.emulators.get(ENDPOINT, ""))


def goal_of(root: Path, named: str | None) -> Goal:
    """Return what an alias or id means where nothing is asked of it; nobody's, where none is."""
    if not named:
        return Goal("PROJECT", "PROJECT", "")
    aliases: dict[str, str] = json.loads((root / ".firebaserc").read_text())["projects"]
    project = aliases.get(named, named)
    alias = next((name for name, its in aliases.items() if project == its), named)
    is_local = project.startswith(LOCAL_PROJECT_PREFIX)
    return Goal(project, alias, Environment.LOCAL if is_local else alias)


def _of_the_stack(environ: Mapping[str, str]) -> str:
    log = stack_folder(environ, LOG) / LOG
    for line in log.read_text().splitlines():
        if line.startswith('{"ready"'):
            return str(json.loads(line)["ready"])
    raise PlaceError(
        f"The local stack's stand-in for Cloud Monitoring is not ready: {log} does not say where "
        "it is. Try again in a moment."
    )
