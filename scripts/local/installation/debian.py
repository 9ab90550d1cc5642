"""Packages that come from Debian or Ubuntu, as no other registry has them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.local.installation.parts import Part, Step, command

LOCK_SECONDS = 300  # another apt-get may be at work


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A package, the program by which it is known to be there, and what cannot run without it."""

    name: str
    program: str
    without_it: str
    macos: str


FOR_TESTS = (
    DebianPackage(
        name="chromium",
        program="chromium",
        without_it="the tests in a real browser will not run",
        macos="brew install --cask chromium",
    ),
)


def missing(packages: Sequence[DebianPackage]) -> tuple[DebianPackage, ...]:
    """Return the packages whose program is not on PATH."""
    return tuple(package for package in packages if shutil.which(package.program) is None)


def become_root() -> tuple[str, ...] | None:
    """Return what to put before a command that needs root; None where root cannot be had."""
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return (sudo, "-n") if asked.returncode == 0 else None


def debian_part(
    root: Path, packages: Sequence[DebianPackage], as_root: tuple[str, ...]
) -> Part:
    """Return the part that installs these packages with apt-get."""
    apt = (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q")
    lock = ("-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}")
    names = tuple(package.name for package in packages)
    return Part(
        name=f"Debian packages ({', '.join(names)})",
        steps=(
            Step(
                commands=(
                    command(root, "apt-get", *apt, *lock, "update"),
                    command(root, "apt-get", *apt, *lock, "install", "-y", "--no-install-recommends", *names),
                )
            ),
        ),
        without_it='; '.join(package.without_it for package in packages),
    )


def advice(package: DebianPackage) -> str:
    """Return one line that says what will not run and how to install what it needs."""
    macos = sys.platform == "darwin"
    command = package.macos if macos else f"sudo apt-get install {package.name}"
    return f"{package.program} is missing: {package.without_it}. Install it: {command}"
