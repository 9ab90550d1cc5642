"""What is around a validation: the time, who is told of it, and who is told that it goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.ops.validation.waiting import Tell, Waiting


@dataclass(frozen=True, slots=True)
class Around:
    """The clock in Unix seconds, the one that measures, what lets time pass, and who is told.

    `go_on` is called before each check and in each round of waiting: a deploy keeps its lock by it.
    It may raise LostError, which ends the validation.
    """

    tell: Tell = field(default=lambda _: None)
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    go_on: Callable[[], None] = field(default=lambda: None)

    @property
    def waiting(self) -> Waiting:
        """What waits."""
        return Waiting(self.clock, self.pause, self.tell, self.go_on)
