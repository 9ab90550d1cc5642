"""One client's stream: written by its request's thread, kept alive by a shared one."""

import threading
from collections.abc import Callable

Write = Callable[[bytes], object]


class Channel:
    """Serialises writes, ends once, and outlives a client that has gone.

    `write` is the WSGI server's: it puts the bytes on the socket before it returns, and raises
    OSError once the client is gone. From then on everything written is dropped.
    """

    def __init__(self, write: Write, monotonic: Callable[[], float]) -> None:
        self._write = write
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._ended = False
        self.gone = False
        self.last_write = monotonic()

    def send(self, event: bytes) -> None:
        """Put one event on the wire; nothing after the end."""
        with self._lock:
            if not self._ended:
                self._put(event)

    def end(self, event: bytes) -> None:
        """Put the terminal event on the wire: the first one only."""
        with self._lock:
            if not self._ended:
                self._put(event)
                self._ended = True

    def ping(self, event: bytes) -> None:
        """Put a comment on the wire unless the stream is being written or has ended."""
        if self._lock.acquire(blocking=False):
            try:
                if not self._ended:
                    self._put(event)
            finally:
                self._lock.release()

    def _put(self, event: bytes) -> None:
        self.last_write = self._monotonic()
        if self.gone:
            return
        try:
            self._write(event)
        except OSError:
            self.gone = True
