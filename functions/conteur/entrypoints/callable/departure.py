"""The moment at which a call's client leaves before it has its answer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from conteur.errors import ClientGoneError


class Departure:
    """Implements ports.Cancellation for one call; any thread may say that its client left."""

    def __init__(self) -> None:
        self._left = threading.Event()
        # Held while actions run, so that a block's end waits for its own; one may end a block.
        self._lock = threading.RLock()
        self._actions: list[Callable[[], None]] = []

    def left(self) -> None:
        """Wake who waits, and call each action of the blocks that have not ended, once."""
        with self._lock, ExitStack() as actions:
            self._left.set()
            while self._actions:
                actions.callback(self._actions.pop())

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass. Raises ClientGoneError as soon as the client has left."""
        if self._left.wait(seconds):
            raise ClientGoneError.given_up()

    @contextmanager
    def calling(self, action: Callable[[], None]) -> Iterator[None]:
        """Call `action` if the client leaves before the block ends, at once if it has left.

        `action` is short: it may run in the thread that runs everybody's timers. It has
        returned, or never runs, when the block has ended.
        """
        with self._lock:
            self._actions.append(action)
            if self._left.is_set():
                self.left()
        try:
            yield
        finally:
            with self._lock:
                if action in self._actions:
                    self._actions.remove(action)
