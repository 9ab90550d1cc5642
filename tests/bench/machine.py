"""What the figures depend on: the machine, and the versions of what is measured on it."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path

from scripts.local.installation.parts import BENCH_VENV
from tests.bench.peers.interpreter import interpreter, is_installed

CPU = Path("/proc/cpuinfo")
GENKIT = Path(__file__).parent / "peers" / "genkit" / "package-lock.json"
PYTHON_PACKAGES = (
    "firebase-functions",
    "functions-framework",
    "gunicorn",
    "flask",
    "firebase-admin",
    "google-cloud-firestore",
    "google-cloud-monitoring",
    "google-cloud-secret-manager",
    "openai",
)
NODE_PACKAGES = ("genkit", "firebase-functions", "firebase-admin")


def machine() -> Mapping[str, str]:
    """Return names and values, to be shown with the figures."""
    return {
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_version()} ({_environment()}): {_python_packages()}",
        "Node": f"{_node()}: {_node_packages()}",
    }


def _processor() -> str:
    lines = (line.partition(":") for line in CPU.read_text().splitlines())
    names = (value.strip() for name, _, value in lines if name.strip() == "model name")
    return next(names, platform.machine())


def _environment() -> str:
    return BENCH_VENV if is_installed() else "the tests' environment, with packages of theirs"


def _python_packages() -> str:
    folders = interpreter().parents[1].glob("lib/python*/site-packages")
    found = distributions(path=list(map(str, folders)))
    versions = {each.name.lower().replace("_", "-"): each.version for each in found}
    return ", ".join(f"{name} {versions.get(name, 'missing')}" for name in PYTHON_PACKAGES)


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        return "none"
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    return told.stdout.strip().removeprefix("v")


def _node_packages() -> str:
    locked = json.loads(GENKIT.read_text())["packages"] if GENKIT.exists() else {}
    places = {name: f"node_modules/{name}" for name in NODE_PACKAGES}
    return ", ".join(
        f"{name} {locked[place]['version']}" for name, place in places.items() if place in locked
    )
