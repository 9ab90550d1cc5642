"""What `scripts/setup` shows: what it installs, and that it is still at it."""

import time
from collections.abc import Callable, Sequence
from typing import TextIO

PATIENCE_SECONDS = 2.0
TERMINAL_SECONDS = 1.0  # between two updates of the line on a terminal
FILE_SECONDS = 10.0  # between two lines where they are kept
CLEAR_LINE = "\r\x1b[K"


class Display:
    """Lines on `stream`; on a terminal the last one lives."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._start = clock()
        self._live = stream.isatty()
        self._next_sign = self._start + (PATIENCE_SECONDS if self._live else FILE_SECONDS)

    def started(self, name: str) -> None:
        """Say that a part is being installed."""
        self.say(f"Installing: {name}")

    def finished(self, name: str) -> None:
        """Say that a part is installed, and after how long."""
        self.say(f"Installed: {name}, after {self._seconds()} s")

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._write(f"{text}\n")

    def waiting(self, names: Sequence[str]) -> None:
        """Name what is being waited for, if it is time for a sign of life."""
        now = self._clock()
        if not names or now < self._next_sign:
            return
        self._next_sign = now + (TERMINAL_SECONDS if self._live else FILE_SECONDS)
        text = f"... {self._seconds()} s: {', '.join(names)}"
        self._write(text if self._live else f"{text}\n")

    def _seconds(self) -> int:
        return round(self._clock() - self._start)

    def _write(self, text: str) -> None:
        self._stream.write(f"{CLEAR_LINE}{text}" if self._live else text)
        self._stream.flush()
