"""Services that are built by whoever needs them first."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_Service = TypeVar("_Service")


class Lazy(Generic[_Service]):
    """A service that is built once, by its first user; later users wait for it.

    One lock serves all of them: two threads that import packages which import each other can
    see half-made modules.
    """

    _building = threading.RLock()

    def __init__(self, build: Callable[[], _Service]) -> None:
        self._build = build
        self._built: _Service | None = None

    def __call__(self) -> _Service:
        """Return the service."""
        if self._built is None:
            with Lazy._building:
                if self._built is None:
                    self._built = self._build()
        return self._built
