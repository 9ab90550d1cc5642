"""The Auth emulator alone, and its users."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.local.emulators import emulators_command
from scripts.local.environment import base_environment
from scripts.local.loopback import open_local
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import running
from scripts.local.readiness import listens

START_SECONDS = 60.0
API = "identitytoolkit.googleapis.com/v1"


@contextmanager
def auth_emulator(folder: Path) -> Iterator[str]:
    """Run the emulator and yield its `host:port` (FIREBASE_AUTH_EMULATOR_HOST)."""
    with reserved_ports(3) as (auth, hub, logging):
        ports = {"auth": auth, "hub": hub, "logging": logging}
        servers = {name: {"host": HOST, "port": port} for name, port in ports.items()}
        emulators = {"ui": {"enabled": False}, "singleProjectMode": True, **servers}
        (folder / "firebase.json").write_text(json.dumps({"emulators": emulators}))
        command = emulators_command(folder, base_environment(os.environ))
        with running(command, folder / "auth.log") as process:
            process.wait_for(listens(auth), "ready", START_SECONDS)
            yield f"{HOST}:{auth}"


def sign_up(host: str, **user: str) -> str:
    """Return the id of a new user, anonymous without an email and a password."""
    body = json.dumps({**user, "returnSecureToken": True}).encode()
    with open_local(f"http://{host}/{API}/accounts:signUp?key=local", 10, body) as reply:
        uid: str = json.load(reply)["localId"]
    return uid
