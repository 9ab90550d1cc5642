"""Packages that come from Debian or Ubuntu, as no other registry has them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.local.installation.parts import Part, Step, command
from scripts.local.prometheus import FOLDER, find_prometheus, find_promtool

ROOT_ID = 0
GRACE_SECONDS = 30.0  # to leave Debian's own list of packages in order
APT_OPTIONS = (
    *("-q", "-y", "--no-install-recommends"),
    *("-o", "DPkg::Lock::Timeout=300"),  # seconds; another apt-get may be at work
)
# apt-get waits for no other one that brings the lists up to date. flock is in every Debian.
ALONE = ("flock", "/var/lib/apt")
# Its words bring the lists of packages up to date: there may be none, as in an image of Debian.
UNPACK = f"""
rm -rf {FOLDER}/new
mkdir -p {FOLDER}/new
cd {FOLDER}/new
apt-get download prometheus || {{ "$@"; apt-get download prometheus; }}
dpkg-deb -x prometheus_*.deb .
rm -rf ../usr
mv usr ..
rm -r ../new
"""


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
    DebianPackage(
        name="jq",
        program="jq",
        without_it="the `jq` lines of guides and procedures are not tested",
        macos="brew install jq",
    ),
)

# Installed, it would run a server of its own: unpacked, it does nothing until it is called.
PROMETHEUS = DebianPackage(
    name="prometheus",
    program="prometheus",
    without_it="which alerts fire is not shown, and their rules are not tested",
    macos="brew install prometheus",
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
    names = tuple(package.name for package in packages)
    update = command(root, "apt-get", *ALONE, *_update(as_root))
    install = command(
        root, "apt-get", *_apt(as_root), "install", *names, grace_seconds=GRACE_SECONDS
    )
    return Part(
        key="debian",
        name=f"Debian packages ({', '.join(names)})",
        steps=(Step(commands=(update, install)),),
        without_it="; ".join(package.without_it for package in packages),
    )


def has_prometheus(root: Path) -> bool:
    """Tell whether both of Prometheus's programs are there, on PATH or unpacked."""
    return None not in {find_prometheus(root), find_promtool(root)}


def prometheus_part(root: Path, as_root: tuple[str, ...] | None) -> Part:
    """Return the part that unpacks Debian's Prometheus into the project, which needs no root.

    apt-get holds the package to the signed lists. Where these are missing, root may fetch them.
    """
    update = ("false",) if as_root is None else _update(as_root)
    unpack = (*ALONE, "sh", "-ec", UNPACK, "unpack", *update)
    return Part(
        key="prometheus",
        name=f"Prometheus ({FOLDER})",
        steps=(Step((command(root, "apt-get", *unpack),)),),
        without_it=PROMETHEUS.without_it,
    )


def advice(package: DebianPackage, platform: str) -> str:
    """Return one line that says what does not run, and what mends it on this `sys.platform`."""
    debian = f"sudo apt-get install {package.name}"
    install = package.macos if platform == "darwin" else debian
    return f"{package.program} is missing: {package.without_it}. Install it: {install}"


def _update(as_root: tuple[str, ...]) -> tuple[str, ...]:
    return (*_apt(as_root), "update")


def _apt(as_root: tuple[str, ...]) -> tuple[str, ...]:
    return (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *APT_OPTIONS)
