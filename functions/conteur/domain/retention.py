"""For how long stories are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days after its end a story is kept, by how it ended; 0 is for ever."""

    completed_days: int = 0
    failed_days: int = 0

    def of_completed(self, completed: datetime) -> datetime | None:
        """Return until when to keep a story that was completed then; None for ever."""
        return _until(completed, self.completed_days)

    def of_failed(self, failed: datetime) -> datetime | None:
        """Return until when to keep a story that failed then; None for ever."""
        return _until(failed, self.failed_days)


FOR_EVER = Retention()


def _until(ended: datetime, days: int) -> datetime | None:
    return ended + timedelta(days=days) if days else None
