"""Runs the command-line programs that operations use: firebase, git, gh, and our own."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.ops.operations.errors import OperationError

LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program did: its exit code, and what it printed on both streams."""

    argv: tuple[str, ...]
    code: int
    text: str

    @property
    def last_lines(self) -> str:
        """The end of what it printed, where programs say what was wrong."""
        return "\n".join(self.text.rstrip().splitlines()[-LAST_LINES:])


class Runner(Protocol):
    """Runs a program at the root of the checkout, without a terminal."""

    def __call__(self, argv: Sequence[str], *, seconds: float) -> Ran:
        """Return how it ended. Raises OperationError where it is missing or takes too long."""


class Programs:
    """A Runner of real programs. `environment` is added to this process's own."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root = root
        self._environment = {**os.environ, **environment}

    def __call__(self, argv: Sequence[str], *, seconds: float) -> Ran:
        """Run it; its standard input is empty, so that it cannot wait for an answer."""
        name = Path(argv[0]).name
        try:
            done = subprocess.run(
                list(argv),
                cwd=self._root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError as error:
            raise OperationError(
                f"{name} is not installed, so nothing was done by it. Install it (scripts/setup "
                "--for test installs firebase), and give the command again."
            ) from error
        except subprocess.TimeoutExpired as error:
            raise OperationError(
                f"{name} took longer than {seconds:.0f} s and was ended. What it has done until "
                "then is not known: look, and give the command again."
            ) from error
        return Ran(tuple(argv), done.returncode, done.stdout)
