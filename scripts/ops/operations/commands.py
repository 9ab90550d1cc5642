"""Runs the command-line programs that operations use: firebase, git, gh, and our own.

Each has a process group of its own, which is ended as a whole: npx and firebase start others, and
a deploy must not go on by itself after its operation has ended.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.ops.operations.errors import OperationError

LAST_LINES = 15
ENDINGS = ((signal.SIGINT, 10.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
"""How a program is asked to end, and for how many seconds it is waited for each time."""


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
            process = subprocess.Popen(
                list(argv),
                cwd=self._root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise OperationError(
                f"{name} is not installed, so nothing was done by it. Install it (scripts/setup "
                "--for test installs firebase), and give the command again."
            ) from error
        try:
            text, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            _end(process)
            raise OperationError(
                f"{name} took longer than {seconds:.0f} s and was ended. What it has done until "
                "then is not known: look, and give the command again."
            ) from error
        except BaseException:
            _end(process)
            raise
        return Ran(tuple(argv), process.returncode, text)


def _end(process: subprocess.Popen[str]) -> None:
    """End a program with all that it has started, and wait for them."""
    try:
        for ending, seconds in ENDINGS:
            _signal(process, ending)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=seconds)
                return
    finally:
        _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
