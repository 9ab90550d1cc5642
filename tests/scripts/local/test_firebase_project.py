"""Each run has a Firebase project of its own, with the repository's content."""

import json
from pathlib import Path

import pytest

from scripts.local.firebase_project import LINKED, ROOT, EmulatorPorts, write_project

PORTS = EmulatorPorts(*range(9))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path, PORTS, ROOT)
    return tmp_path


def test_every_emulator_gets_its_port(project: Path) -> None:
    """Every server of the suite gets the run's host and port, the websocket's included."""
    emulators = json.loads((project / "firebase.json").read_text())["emulators"]
    assert emulators["hosting"] == {"host": "127.0.0.1", "port": PORTS.hosting}
    assert emulators["firestore"] == {
        "host": "127.0.0.1",
        "port": PORTS.firestore,
        "websocketPort": PORTS.firestore_websocket,
    }


def test_no_interface_is_started(project: Path) -> None:
    """The emulators' user interface, which would have to be downloaded, stays off."""
    emulators = json.loads((project / "firebase.json").read_text())["emulators"]
    assert emulators["ui"] == {"enabled": False}


def test_the_content_is_the_repositorys(project: Path) -> None:
    """Functions, rules and pages are the repository's own files, so that they reload."""
    assert {name: (project / name).resolve() for name in LINKED} == {
        name: ROOT / name for name in LINKED
    }
