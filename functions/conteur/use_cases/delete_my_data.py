"""Delete what is kept of a user, as much as there is time for."""

from dataclasses import dataclass
from datetime import timedelta

from conteur.domain.deadline import Deadline
from conteur.domain.quota import day_of
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.library_metrics import STORIES_DELETED
from conteur.use_cases.library_ports import Erased, Library
from conteur.use_cases.ports import Clock

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeleteMyData:
    """The use case, with the ports it needs."""

    library: Library
    clock: Clock
    meter: Aggregate

    def __call__(self, uid: str, deadline: Deadline) -> Erased:
        """Delete the user's documents but the counters that still limit them.

        These are today's, and tomorrow's for the clocks of other instances. Raises DeadlineError.
        """
        now = self.clock.now()
        days = frozenset({day_of(now), day_of(now + DAY)})
        erased = self.library.erase(uid, days, now, deadline.remaining(self.clock.monotonic()))
        if erased.stories:
            self.meter.count(STORIES_DELETED, erased.stories, function="delete_my_data")
        logs.info("user.erased", documents=erased.documents, complete=erased.complete)
        return erased
