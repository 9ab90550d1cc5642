"""The Firebase project as one run's emulators see it: the repository's, on ports of its own.

firebase-tools takes ports from firebase.json only, and writes its logs beside that file. So each
run gets a folder with a firebase.json of its own and links to what it names.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.local.ports import HOST

ROOT = Path(__file__).resolve().parents[2]
LINKED = ("functions", "public", "firestore.rules", "firestore.indexes.json")
PROJECT = "demo-conteur"  # no call for a demo- project can reach a real one


@dataclass(frozen=True, slots=True)
class EmulatorPorts:
    """One port for each server of the suite."""

    auth: int
    firestore: int
    firestore_websocket: int
    functions: int
    hosting: int
    eventarc: int
    tasks: int
    hub: int
    logging: int


def write_project(folder: Path, ports: EmulatorPorts, root: Path) -> None:
    """Make `folder` a Firebase project with the content of `root` and the given ports."""
    config = json.loads((root / "firebase.json").read_text())
    config["emulators"] = {**config["emulators"], **_emulators(ports)}
    (folder / "firebase.json").write_text(json.dumps(config))
    for name in LINKED:
        (folder / name).symlink_to(root / name)


def _emulators(ports: EmulatorPorts) -> dict[str, dict[str, str | int]]:
    servers = {name: {"host": HOST, "port": port} for name, port in asdict(ports).items()}
    websocket = servers.pop("firestore_websocket")["port"]
    servers["firestore"]["websocketPort"] = websocket
    return servers
