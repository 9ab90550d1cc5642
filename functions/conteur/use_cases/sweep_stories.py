"""Sweep stories: end what dead attempts have left."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SHARDS
from conteur.domain.story import KeptStory, Lease, StoryFailure
from conteur.errors import InProgressError, StoryInterruptedError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import STORIES_SWEPT
from conteur.use_cases.ports import Clock, Leases, Stories

BATCH = 100
WRITERS = 16
CALL_SECONDS = 10.0
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
        ended = changed = 0
        with ThreadPoolExecutor(WRITERS) as writers:
            for shard in shards:
                while batch := self._expired(shard, deadline):
                    results = list(writers.map(self._end, batch))
                    ended += sum(results)
                    changed += len(results) - sum(results)
                    if len(batch) < BATCH:
                        break
        return Swept(ended, changed, complete=self._time(deadline) > 0)

    def _expired(self, shard: int, deadline: Deadline) -> Sequence[KeptStory]:
        left = self._time(deadline)
        if not left:
            return ()
        return self.leases.expired(shard, self.clock.now(), BATCH, min(left, CALL_SECONDS))

    def _end(self, kept: KeptStory) -> bool:
        ended = self._fail(kept)
        self.meter.count(STORIES_SWEPT, result="ended" if ended else "changed")
        return ended

    def _fail(self, kept: KeptStory) -> bool:
        if kept.charge is None:  # of a revision whose leases are not in the sweep's index
            return False
        lease = Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, SWEEPER, kept.charge)
        error = StoryInterruptedError.of_a_dead_attempt()
        failure = StoryFailure.of(error, kept.released, self.clock.now())
        try:
            self.stories.fail(lease, failure, CALL_SECONDS)
        except InProgressError:
            return False
        logs.warning("story.swept", story_id=kept.story_id, attempt=kept.attempt)
        return True

    def _time(self, deadline: Deadline) -> float:
        return deadline.remaining(self.clock.monotonic())
