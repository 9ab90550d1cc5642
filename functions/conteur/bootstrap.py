"""The composition root: the only place that builds adapters.

Nothing heavy is built here. Each service is a `Lazy`, built in the worker by whoever needs it
first; a thread that starts with the worker builds what the first story will need, so that a
call that is refused waits for none of it.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from conteur.adapters.clock import SystemClock
from conteur.adapters.timers import Timers
from conteur.settings import Settings
from conteur.use_cases.check_health import CheckHealth
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.ports import Clock, Tokens

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
