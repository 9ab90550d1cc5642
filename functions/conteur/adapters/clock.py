"""The system's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Implements ports.Clock."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)
