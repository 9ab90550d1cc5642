"""Export what is kept of a user, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conteur.domain.data_page import DataPage
from conteur.domain.deadline import Deadline
from conteur.use_cases.library_ports import Library
from conteur.use_cases.ports import Clock

CALL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Exported:
    """A page of a user's documents; with the first one, what is noted of a blocked user."""

    page: DataPage
    blocked: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ExportMyData:
    """The use case, with the ports it needs."""

    library: Library
    clock: Clock

    def __call__(self, uid: str, after: str, most: int, deadline: Deadline) -> Exported:
        """Return the documents after the path `after`, or the first. Raises DeadlineError."""
        page = self.library.page(uid, after, most, self._left(deadline))
        if after:
            return Exported(page)
        return Exported(page, self.library.blocked(uid, self._left(deadline)))

    def _left(self, deadline: Deadline) -> float:
        return min(CALL_SECONDS, deadline.remaining(self.clock.monotonic()))
