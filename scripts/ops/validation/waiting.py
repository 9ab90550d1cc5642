"""Waiting for what takes its time, with a limit and a word for whoever waits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Tell = Callable[[str], None]
"""Prints one line for people."""
_Found = TypeVar("_Found")
TOLD_EVERY = 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Waiting:
    """`clock` counts seconds, `pause` lets so many pass, `tell` prints a line for people.

    `go_on` is called in each round: whoever waits for long may have to say that it still does.
    """

    clock: Callable[[], float]
    pause: Callable[[float], None]
    tell: Tell
    go_on: Callable[[], None] = field(default=lambda: None)

    def until(
        self, what: str, look: Callable[[], _Found | None], seconds: float, every: float = 1.0
    ) -> _Found | None:
        """Return what a look finds, None where it finds nothing in so many seconds.

        It looks once more when time is up, and says now and then what it waits for.
        """
        began, told = self.clock(), 0.0
        while True:
            self.go_on()
            waited = self.clock() - began
            if (found := look()) is not None or waited >= seconds:
                return found
            if waited - told >= TOLD_EVERY:
                self.tell(f"  waiting for {what}: {waited:.0f} of at most {seconds:.0f} s")
                told = waited
            self.pause(every)
