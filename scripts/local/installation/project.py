"""Set a whole project up: install what is due, alone, and link what has to be linked."""

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.local.installation import debian
from scripts.local.installation.display import Display
from scripts.local.installation.parts import Part, Purpose, parts
from scripts.local.installation.running import install
from scripts.local.installation.tools import require_tools

VENV_LINK, VENV = Path("functions/venv"), Path("../.venv")  # where firebase-tools looks
POLL_SECONDS = 0.2


def set_up(root: Path, purpose: Purpose, display: Display) -> None:
    """Install what is missing in `root`. Raises LocalStackError."""
    own = parts(root, purpose, require_tools())
    wanted = (*own, *_debian_parts(root, purpose, display))
    # Who only runs it is told once, with the first installation, that there is no Prometheus.
    told = purpose is not Purpose.RUN or any(part.is_due() for part in own)
    wanted = (*wanted, *_prometheus_parts(root, display if told else None))
    if any(part.is_due() for part in wanted):
        with _alone(root / ".cache/setup.lock", display):
            _install(root, wanted, display)
    _link_venv(root / VENV_LINK)


def _debian_parts(root: Path, purpose: Purpose, display: Display) -> tuple[Part, ...]:
    missing = () if purpose is Purpose.RUN else debian.missing(debian.FOR_TESTS)
    if not missing:
        return ()
    as_root = debian.become_root(os.geteuid()) if shutil.which("apt-get") else None
    if as_root is None:
        for package in missing:
            display.say(debian.advice(package, sys.platform))
        return ()
    return (debian.debian_part(root, missing, as_root),)


def _prometheus_parts(root: Path, display: Display | None) -> tuple[Part, ...]:
    if debian.has_prometheus(root):
        return ()
    if shutil.which("apt-get") is None:
        if display:
            display.say(debian.advice(debian.PROMETHEUS, sys.platform))
        return ()
    return (debian.prometheus_part(root, debian.become_root(os.geteuid())),)


@contextmanager
def _alone(lock: Path, display: Display) -> Iterator[None]:
    """Wait until no other set-up of the same folder is at work."""
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        if not _taken(held.fileno()):
            display.say("Waiting for another scripts/setup in this folder to end")
            while not _taken(held.fileno()):
                display.waiting(["the other scripts/setup"])
                time.sleep(POLL_SECONDS)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _install(root: Path, wanted: tuple[Part, ...], display: Display) -> None:
    logs = root / ".cache/setup"
    logs.mkdir(exist_ok=True)
    install([part for part in wanted if part.is_due()], logs, display)


def _link_venv(link: Path) -> None:
    if not link.is_symlink():
        link.symlink_to(VENV)
