"""Gives a page's commands as a person would: in a shell, at the repository's root."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.local.environment import base_environment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0
_WRAPPER = re.compile(r"(?<![\w./])scripts/(\w+)(?![\w./])")
_MODULE = re.compile(r"exec \S*python\S* (?:-P )?-m ([\w.]+) ")


@dataclass(frozen=True)
class Printed:
    """What a command printed, on both streams, and its exit code."""

    command: str
    text: str
    code: int


class Console:
    """Where commands are given; `environment` tells them where the stand-ins are.

    Nothing of this process's own environment passes but what a local stack's processes get too.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {
            **base_environment(os.environ),
            "PYTHONPATH": "functions",
            "PYTHONWARNINGS": "ignore",
            **environment,
        }

    def run(self, command: str, **words: str) -> Printed:
        """Give a command with its words filled in (`REQUEST_ID`), the local stack for production.

        A wrapper's module is run in its place: what else a wrapper does is to install.
        """
        line = here(filled(command, **words))
        done = subprocess.run(
            ["/bin/bash", "-o", "pipefail", "-c", line],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        return Printed(command, done.stdout, done.returncode)


def filled(command: str, **words: str) -> str:
    """Return the command with its placeholders replaced."""
    for name, word in words.items():
        command = shlex.quote(word).join(re.split(rf"\b{name}\b", command))
    return command


def here(command: str) -> str:
    """Return the command as it is given on the local stack, where it leaves no record behind."""
    local = re.sub(r"-P production\b", "--local", command)
    local = re.sub(r"(?<![\w./])scripts/diagnose\b", "scripts/diagnose --no-record", local)
    return _WRAPPER.sub(lambda found: f"{sys.executable} -m {module_of(found[1])}", local)


def module_of(wrapper: str) -> str:
    """Return the module that `scripts/NAME` ends in running."""
    found = _MODULE.search((ROOT / "scripts" / wrapper).read_text())
    assert found, f"scripts/{wrapper} runs no module"
    return found[1]
