"""What a deploy needs of others beside operations/ports.py. All of them raise OperationError."""

from collections.abc import Callable, Sequence
from typing import Protocol

from scripts.ops.traffic.error_rates import Rate

Rates = Callable[[str, str, float], Rate | None]
"""Counts the calls of a function's revision in the last seconds; None where nothing is known."""
Building = Callable[[], Sequence[str]]
"""Names the indexes of Firestore that are not READY."""
Wait = Callable[[float], None]
"""Lets so many seconds pass."""


class Schema(Protocol):
    """The store's database, seen from here."""

    def pending(self) -> Sequence[str] | None:
        """Name the migrations that it lacks; None where no store is set up.

        Raises RefusedError where that cannot be known, or not be mended from here.
        """

    def apply(self) -> Sequence[str]:
        """Apply what it lacks, and name it. Raises OperationError."""
