"""Sweep stories: end what dead attempts have left."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SHARDS
from conteur.domain.story import KeptStory, Lease, StoryFailure
from conteur.errors import DeadlineError, InProgressError, StoryInterruptedError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import STORIES_SWEPT
from conteur.use_cases.ports import Clock, Leases, Stories

BATCH = 100
WRITERS = 16
CALL_SECONDS = 10.0
ENDED, CHANGED, LEFT = "ended", "changed", "left"
SWEEPER = "the sweep"  # holds no claim, so the store never takes its write for an attempt's own


@dataclass(frozen=True, slots=True)
class Swept:
    """How many stories were ended, how many had changed, and whether the time was enough."""

    ended: int
    changed: int
    complete: bool


@dataclass(frozen=True, slots=True)
class SweepStories:
    """The use case, with the ports it needs. `shuffle` keeps two sweeps apart."""

    stories: Stories
    leases: Leases
    clock: Clock
    meter: Aggregate
    shuffle: Callable[[list[int]], None]

    def __call__(self, deadline: Deadline) -> Swept:
        """End every story whose lease is over, as long as there is time.

        Safe to run twice at once: a story is ended once, by whoever comes first. Raises
        DeadlineError where the store does not answer.
        """
        shards = list(range(LEASE_SHARDS))
        self.shuffle(shards)
        results: Counter[str] = Counter()
        with ThreadPoolExecutor(WRITERS) as writers:
            for shard in shards:
                while batch := self._expired(shard, deadline):
                    results.update(writers.map(lambda kept: self._end(kept, deadline), batch))
                    if len(batch) < BATCH:
                        break
        return Swept(results[ENDED], results[CHANGED], complete=self._left(deadline) > 0)

    def _expired(self, shard: int, deadline: Deadline) -> Sequence[KeptStory]:
        left = self._left(deadline)
        if not left:
            return ()
        try:
            return self.leases.expired(shard, self.clock.now(), BATCH, left)
        except DeadlineError:
            if self._left(deadline):
                raise
            return ()

    def _end(self, kept: KeptStory, deadline: Deadline) -> str:
        left = self._left(deadline)
        if not left or kept.charge is None:  # a revision that charged nothing indexed no lease
            return LEFT
        lease = Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, SWEEPER, kept.charge)
        try:
            result = self._fail(lease, kept.released, left)
        except DeadlineError:
            if self._left(deadline):
                raise
            return LEFT
        self.meter.count(STORIES_SWEPT, result=result)
        return result

    def _fail(self, lease: Lease, released: str, timeout: float) -> str:
        error = StoryInterruptedError.of_a_dead_attempt()
        failure = StoryFailure.of(error, released, self.clock.now())
        try:
            self.stories.fail(lease, failure, timeout)
        except InProgressError:
            return CHANGED
        logs.warning("story.swept", story_id=lease.story_id, attempt=lease.attempt)
        return ENDED

    def _left(self, deadline: Deadline) -> float:
        """Return how long the next call may take."""
        return min(CALL_SECONDS, deadline.remaining(self.clock.monotonic()))
