"""Start a process, wait until it is ready, and be sure that it ends with this one.

    with running(Command("firestore", argv, env, cwd), log) as firestore:
        firestore.wait_for(listens(port), "listening", timeout_seconds=20)

Each process runs under `guard.py`, in a session of its own: leaving the block ends it and all
that it started, and so does the death of this process, SIGKILL included.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from scripts.local.errors import ProcessError

GUARD = Path(__file__).with_name("guard.py")
POLL_SECONDS = 0.02
SWEEP_SECONDS = 5.0  # what the guard may need beyond the grace
LAST_LINES = 15
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

_Found = TypeVar("_Found")
Probe = Callable[[], _Found | None]
"""Answers None as long as the thing that is waited for is not there."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. `env` is the whole environment, not an addition to this process's own.

    A `user` is whom root runs it as; empty: whoever runs this process.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 5.0
    user: str = ""


class Process:
    """One running command; what it prints, on both streams, goes to `log`."""

    def __init__(self, command: Command, log: Path) -> None:
        self.command = command
        self.log = log
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the command and return at once; a command that cannot run shows in `wait_for`."""
        with self.log.open("wb") as log:
            self._guard = subprocess.Popen(
                self._guard_argv(),
                env=dict(self.command.env),
                cwd=self.command.cwd,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End the command and everything that it started; returns when all are gone.

        Raises ProcessError if that is impossible (a process that even SIGKILL does not end).
        """
        if self._guard is None:
            return
        self.ask_to_stop()
        try:
            self._guard.wait(self.command.grace_seconds + SWEEP_SECONDS)
        except subprocess.TimeoutExpired:
            raise self.failure("did not end") from None

    def ask_to_stop(self) -> None:
        """Begin what `stop` waits for, so that several processes can end at the same time."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()

    def exit_code(self) -> int | None:
        """Return the ended command's code (128 + n for signal n), None before that."""
        return None if self._guard is None else self._guard.poll()

    def output(self) -> str:
        """Return all that the command has printed so far, without colours."""
        return COLOUR.sub("", self.log.read_text(errors="replace"))

    def wait_for(self, probe: Probe[_Found], what: str, timeout_seconds: float) -> _Found:
        """Return what `probe` finds. Raises ProcessError if the command ends or time is up."""
        end = time.monotonic() + timeout_seconds
        while (found := probe()) is None:
            if (code := self.exit_code()) is not None:
                raise self.failure(f"ended with code {code} before it was {what}")
            if time.monotonic() > end:
                raise self.failure(f"was not {what} within {timeout_seconds:g} s")
            time.sleep(POLL_SECONDS)
        return found

    def lines(self, *, from_now: bool = False) -> Iterator[str]:
        """Yield each line that the command prints, when it prints it, until it ends."""
        with self.log.open(errors="replace") as log:
            log.seek(0, os.SEEK_END if from_now else os.SEEK_SET)
            line = ""
            while True:
                over = self.exit_code() is not None
                while text := log.readline():
                    line += text
                    if line.endswith("\n"):
                        yield COLOUR.sub("", line[:-1])
                        line = ""
                if over:
                    return
                time.sleep(POLL_SECONDS)

    def failure(self, what_happened: str, lines: int = LAST_LINES) -> ProcessError:
        """Return an error that shows the last `lines` printed and where all of them are."""
        return ProcessError(f"{self.command.name} {what_happened}. {self.last_words(lines)}")

    def last_words(self, lines: int = LAST_LINES) -> str:
        """Return the last `lines` printed, under a heading, and where all of them are."""
        last = "".join(f"\n  {line}" for line in self.output().splitlines()[-lines:])
        printed = f"Its last lines:{last}" if last else "It printed nothing."
        return f"{printed}\nAll it printed: {self.log}"

    def _guard_argv(self) -> list[str]:
        command = self.command
        manner = (str(int(command.stop_signal)), str(command.grace_seconds), command.user)
        return [sys.executable, "-I", "-S", str(GUARD), *manner, *command.argv]


@contextmanager
def running(command: Command, log: Path) -> Iterator[Process]:
    """Start the command, and end it with all that it started when the block is left."""
    process = Process(command, log)
    process.start()
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def running_together(processes: Collection[Process]) -> Iterator[None]:
    """Start all at the same time, and end all so when the block is left.

    Raises ProcessError for one that cannot be ended, after the others have ended.
    """
    with ExitStack() as ending:
        for process in processes:
            ending.callback(process.stop)
        for process in processes:
            ending.callback(process.ask_to_stop)  # the last callbacks are the first to be called
        for process in processes:
            process.start()
        yield
