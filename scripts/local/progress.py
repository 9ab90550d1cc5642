"""Say what is waited for, on standard error, when it takes longer than people like to wait."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

PATIENCE_SECONDS = 2.0
SIGN_OF_LIFE_SECONDS = 1.0


class Progress:
    """Names each wait that outlasts `patience` seconds, then adds a dot a second."""

    def __init__(self, stream: TextIO = sys.stderr, patience: float = PATIENCE_SECONDS) -> None:
        self._stream = stream
        self._patience = patience

    @contextmanager
    def waiting_for(self, what: str) -> Iterator[None]:
        """Show the wait that the block is."""
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(what, over), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, what: str, over: threading.Event) -> None:
        if over.wait(self._patience):
            return
        self._write(f"{what} ..")
        while not over.wait(SIGN_OF_LIFE_SECONDS):
            self._write(".")
        self._write("\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
