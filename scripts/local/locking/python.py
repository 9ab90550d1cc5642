"""The pins of Python packages: one requirements file for each use."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from scripts.local.errors import LocalStackError

UV = Path(sys.executable).with_name("uv")
COMPILE = (
    *("pip", "compile", "--quiet", "--generate-hashes", "--python-version", "3.11"),
    *("--no-annotate", "--no-header"),
)
PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-apple-darwin")
HEADER = "# Made by scripts/lock from pyproject.toml. Inputs: {}\n"


@dataclass(frozen=True, slots=True)
class PythonLock:
    """One file of pins: where it is, and what it is made from.

    `beside` is a file of pins that it must agree with, as both go into one environment.
    """

    path: Path
    requirements: tuple[str, ...]
    beside: Path | None = None
    options: tuple[str, ...] = ()

    def fits(self) -> bool:
        """Tell whether the file was made from the same inputs."""
        return self.path.is_file() and self.path.read_text().startswith(self._header())

    def write(self, *, upgrade: bool) -> None:
        """Resolve the requirements. Raises LocalStackError."""
        pins = {platform: self._resolved(platform, upgrade=upgrade) for platform in PLATFORMS}
        linux, macos = pins.values()
        if linux != macos:
            raise LocalStackError(
                f"{self.path} would differ between Linux and macOS, which one file of pins cannot "
                "say: choose another package or version in pyproject.toml"
            )
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(self._header() + linux)

    def _header(self) -> str:
        beside = self.beside.read_text() if self.beside else ""
        inputs = json.dumps([self.requirements, self.options, beside])
        return HEADER.format(sha256(inputs.encode()).hexdigest()[:16])

    def _resolved(self, platform: str, *, upgrade: bool) -> str:
        with tempfile.TemporaryDirectory() as folder:
            pins = Path(folder) / "pins.txt"
            if self.path.is_file() and not upgrade:
                shutil.copy(self.path, pins)  # uv keeps the versions that it finds there
            beside = ("--constraint", str(self.beside)) if self.beside else ()
            output = ("--python-platform", platform, "--output-file", str(pins))
            done = subprocess.run(
                [UV, *COMPILE, *self.options, *beside, *output, "-"],
                input="\n".join(self.requirements),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            if done.returncode:
                raise LocalStackError(f"{self.path} cannot be made:\n{done.stderr.rstrip()}")
            return pins.read_text()


def python_locks(root: Path, project: Mapping[str, Any]) -> tuple[PythonLock, ...]:
    """Return the locks that `project`, the contents of pyproject.toml, asks for, in their order."""
    groups = project["dependency-groups"]
    runtime = root / "functions/requirements.txt"
    folder = root / "requirements"
    return (
        PythonLock(runtime, tuple(project["project"]["dependencies"])),
        PythonLock(folder / "local.txt", tuple(groups["local"]), beside=runtime),
        PythonLock(folder / "dev.txt", tuple(groups["dev"]), beside=runtime),
        PythonLock(folder / "model.txt", tuple(groups["model"]), options=("--no-deps",)),
    )
