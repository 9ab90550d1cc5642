"""What operations that move traffic need of others, and the errors that these raise."""

from collections.abc import Callable

from scripts.ops.logbook.log_errors import LogError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.outcome import Report
from scripts.ops.place import PlaceError

Validator = Callable[[str], Report]
"""Looks at the service as a user does: by a traffic tag, or (empty) as everybody gets it.

Raises OperationError where nobody can look.
"""
Announce = Callable[[], str]
"""Has people told that it went back, and returns how. Raises OperationError or PlaceError."""
GoOn = Callable[[], None]
"""Says that the operation goes on, as often as one likes: `Journal.go_on`."""


def explained(look: Validator) -> Validator:
    """Return a look that raises nothing but OperationError where nobody can look."""

    def looked(tag: str) -> Report:
        try:
            return look(tag)
        except (LogError, PlaceError, QueryError) as error:
            raise OperationError(f"Nobody could look whether it works: {error}") from error

    return looked
