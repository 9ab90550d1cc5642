"""How another thread ends an attempt that waits for the model's server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from conteur.errors import ClientGoneError


class CancelScope:
    """The one socket that an attempt waits on, to be cut from any thread.

    Behind a lock, for a connection that is back in the pool may serve another attempt at once,
    and the number of a closed socket may be another's: after `release`, `cancel` spares it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: socket.socket | None = None
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """Return whether `cancel` was called: then no failure tells anything of the server."""
        return self._cancelled

    def cancel(self) -> None:
        """End the wait that is under way, and refuse every later one."""
        with self._lock:
            self._cancelled = True
            if self._held is not None:
                _cut(self._held)

    def check(self) -> None:
        """Raise ClientGoneError once cancelled."""
        if self._cancelled:
            raise ClientGoneError.given_up()

    def hold(self, line: socket.socket) -> None:
        """Have `cancel` cut `line` from here on. Raises ClientGoneError once cancelled."""
        with self._lock:
            self.check()
            self._held = line

    def release(self, line: socket.socket | None = None) -> None:
        """Have `cancel` spare `line`, or whatever is held."""
        with self._lock:
            if line is None or self._held is line:
                self._held = None

    @contextmanager
    def holding(self, line: socket.socket) -> Iterator[None]:
        """Hold `line` in the block. Raises as `hold` does."""
        self.hold(line)
        try:
            yield
        finally:
            self.release(line)


def _cut(line: socket.socket) -> None:
    """Have whoever reads or writes come back at once; the one who uses the socket closes it.

    Unbound, for SSLSocket.shutdown also takes the TLS state away from the thread that reads.
    """
    with suppress(OSError):  # the server was first to hang up
        socket.socket.shutdown(line, socket.SHUT_RDWR)
