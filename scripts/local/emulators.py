"""The Auth, Firestore, Functions, Cloud Tasks and Hosting emulators, run by firebase-tools."""

import re
from collections.abc import Mapping
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import PROJECT, ROOT
from scripts.local.firestore_jar import find_component_jar, write_launcher_jar
from scripts.local.java import java_home_bin
from scripts.local.node import node
from scripts.local.processes import Command, Probe, Process

FIREBASE_TOOLS = ROOT / "node_modules/firebase-tools/lib/bin/firebase.js"
PRELOAD = Path(__file__).with_name("firebase_tools_preload.cjs")
LOADED = re.compile(r"Loaded functions definitions from source: (.+)\.$", re.MULTILINE)
NOT_LOADED = "Failed to load function definition"
LINES_OF_A_TRACEBACK = 40

SETTINGS = {
    # a demo project has no account: do not look for one on Google's metadata server
    "METADATA_SERVER_DETECTION": "none",
    "NO_UPDATE_NOTIFIER": "1",
    "NO_COLOR": "1",
    "FUNCTIONS_DISCOVERY_TIMEOUT": "60",  # seconds; 10 can be too few while all else starts
    # the Firestore emulator runs for minutes: quick compiling beats good compiling
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def emulators_command(folder: Path, environment: Mapping[str, str]) -> Command:
    """Return the command that runs the emulators of the project in `folder`.

    The functions' own processes get `environment` too. Raises LocalStackError where a part of
    it is not installed.
    """
    return Command(
        name="The Firebase emulator suite",
        argv=(node(), "--require", str(PRELOAD), str(_firebase_tools()), *_arguments()),
        env={**environment, **SETTINGS, **_places(folder, environment)},
        cwd=folder,
    )


def functions_loaded(emulators: Process) -> Probe[list[str]]:
    """Look for the names of the loaded functions; raises ProcessError when loading has failed.

    "All emulators ready" is no sign of it: firebase-tools prints that in either case.
    """

    def probe() -> list[str] | None:
        output = emulators.output()
        if NOT_LOADED in output:
            raise emulators.failure("could not load the functions", LINES_OF_A_TRACEBACK)
        loaded = LOADED.search(output)
        return None if loaded is None else loaded[1].split(", ")

    return probe


def _arguments() -> tuple[str, ...]:
    return ("emulators:start", "--project", PROJECT, "--non-interactive")


def _places(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return where things are; `folder` takes what firebase-tools would leave elsewhere."""
    places = {
        "PATH": f"{java_home_bin()}:{environment['PATH']}",
        "TMPDIR": str(folder),  # the hub's locator file, one for each project id and folder
        "XDG_CONFIG_HOME": str(folder),
    }
    if jar := find_component_jar(environment):
        launcher = folder / "firestore-launcher.jar"
        write_launcher_jar(jar, launcher)
        places["FIRESTORE_EMULATOR_BINARY_PATH"] = str(launcher)
    return places


def _firebase_tools() -> Path:
    if not FIREBASE_TOOLS.is_file():
        raise LocalStackError("firebase-tools is missing: run scripts/setup --for run")
    return FIREBASE_TOOLS
