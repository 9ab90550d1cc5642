"""The Firestore emulator alone, for tests that need nothing else: ready in about a second."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.firestore_jar import MAIN_CLASS, find_component_jar, find_downloaded_jar
from scripts.local.java import java_home_bin
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, running
from scripts.local.readiness import answers

START_SECONDS = 30.0
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")


@contextmanager
def firestore_emulator(folder: Path, rules: Path | None = None) -> Iterator[str]:
    """Run the emulator and yield its `host:port` (FIRESTORE_EMULATOR_HOST).

    `folder` gets its log. Without `rules` every read and write of a client is allowed.
    Raises LocalStackError.
    """
    with reserved_ports(1) as (port,):
        command = firestore_command(folder, port, rules)
        with running(command, folder / "firestore.log") as process:
            process.wait_for(answers(f"http://{HOST}:{port}/"), "ready", START_SECONDS)
            yield f"{HOST}:{port}"


def firestore_command(folder: Path, port: int, rules: Path | None) -> Command:
    """Return the command that runs the emulator. Raises LocalStackError where there is no jar."""
    ruled = () if rules is None else ("--rules", str(rules))
    java = java_home_bin() / "java"
    classes = (*QUICK_START, "-cp", str(_jar()), MAIN_CLASS)
    return Command(
        name="The Firestore emulator",
        argv=(str(java), *classes, "--host", HOST, "--port", str(port), *ruled),
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", str(folder))},
        cwd=folder,
        grace_seconds=0,  # it keeps nothing
    )


def _jar() -> Path:
    jar = find_component_jar() or find_downloaded_jar()
    if jar is None:
        raise LocalStackError(
            "The Firestore emulator is missing: install the Google Cloud CLI's component "
            "(apt-get install google-cloud-cli-firestore-emulator, or gcloud components install "
            "cloud-firestore-emulator), or run node_modules/.bin/firebase setup:emulators:firestore"
        )
    return jar
