"""What a deploy needs of others. All of them raise OperationError."""

from collections.abc import Callable, Sequence
from typing import Protocol

from scripts.ops.operations.outcome import Report
from scripts.ops.traffic.error_rates import Rate

Validator = Callable[[str], Report]
"""Looks at the service as a user does: by a traffic tag, or (empty) as everybody gets it."""
Rates = Callable[[str, str, float], Rate | None]
"""Counts the calls of a function's revision in the last seconds; None where nothing is known."""
Announce = Callable[[], str]
"""Has people told that it went back, and returns how. Raises PlaceError as well."""
Building = Callable[[], Sequence[str]]
"""Names the indexes of Firestore that are not READY."""
GoOn = Callable[[], None]
"""Says that the deploy goes on. Raises LostError where another operation has taken its place."""
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
