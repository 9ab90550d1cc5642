"""Packages that come from Debian or Ubuntu, as no other registry has them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.local.installation.parts import Part, Step, command

ROOT_ID = 0
GRACE_SECONDS = 30.0  # to leave Debian's own list of packages in order
APT_OPTIONS = (
    *("-q", "-y", "--no-install-recommends"),
    *("-o", "DPkg::Lock::Timeout=300"),  # seconds; another apt-get may be at work
)


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A package, the program by which it is known to be there, and what cannot run without it.

    `macos` is the command that installs the program there.
    """

    name: str
    program: str
    without_it: str
    macos: str


FOR_TESTS = (
    DebianPackage(
        name="chromium",
        program="chromium",
        without_it="the tests in a real browser do not run",
        macos="brew install --cask chromium",
    ),
    DebianPackage(
        name="redis-server",
        program="redis-server",
        without_it="the tests with a real Redis do not run",
        macos="brew install redis",
    ),
)


def missing(packages: Sequence[DebianPackage]) -> tuple[DebianPackage, ...]:
    """Return the packages whose program is not on PATH."""
    return tuple(package for package in packages if shutil.which(package.program) is None)


def become_root(user_id: int) -> tuple[str, ...] | None:
    """Return what this user puts before a command to run it as root; None where none may."""
    if user_id == ROOT_ID:
        return ()
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return (sudo, "-n") if asked.returncode == 0 else None


def debian_part(root: Path, packages: Sequence[DebianPackage], as_root: tuple[str, ...]) -> Part:
    """Return the part that installs these packages with apt-get."""
    apt = (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *APT_OPTIONS)
    names = tuple(package.name for package in packages)
    update = command(root, "apt-get", *apt, "update")
    install = command(root, "apt-get", *apt, "install", *names, grace_seconds=GRACE_SECONDS)
    return Part(
        key="debian",
        name=f"Debian packages ({', '.join(names)})",
        steps=(Step(commands=(update, install)),),
        without_it="; ".join(package.without_it for package in packages),
    )


def advice(package: DebianPackage, platform: str) -> str:
    """Return one line that says what does not run, and what mends it on this `sys.platform`."""
    debian = f"sudo apt-get install {package.name}"
    install = package.macos if platform == "darwin" else debian
    return f"{package.program} is missing: {package.without_it}. Install it: {install}"
