"""Sweep stories: end what dead attempts have left."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SHARDS
from conteur.domain.story import KeptStory, Lease, StoryFailure
from conteur.errors import (
    ConteurError,
    InProgressError,
    StoryInterruptedError,
    StoryNotFoundError,
)
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import STORIES_SWEPT
from conteur.use_cases.ports import Clock, Leases, Stories

BATCH = 100
WRITERS = 16
CALL_SECONDS = 10.0
ENDED, CHANGED, FAILED = "ended", "changed", "failed"
SWEEPER = "the sweep"  # holds no claim, so the store never takes its write for an attempt's own


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of the stories whose lease was over, and whether every shard was swept."""

    ended: int
    changed: int
    failed: int
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

        Safe to run twice at once: a story is ended once, by whoever comes first. A story or a
        shard that the store fails for is left to the next sweep.
        """
        shards = list(range(LEASE_SHARDS))
        self.shuffle(shards)
        results: Counter[str] = Counter()
        with ThreadPoolExecutor(WRITERS) as writers:
            swept = [self._sweep(shard, deadline, writers, results) for shard in shards]
        return Swept(results[ENDED], results[CHANGED], results[FAILED], complete=all(swept))

    def _sweep(
        self, shard: int, deadline: Deadline, writers: Executor, results: Counter[str]
    ) -> bool:
        """Sweep one shard, and return whether nothing is left of it."""
        while left := self._left(deadline):
            try:
                batch = self.leases.expired(shard, self.clock.now(), BATCH, left)
            except ConteurError as error:
                logs.warning("sweep.shard_failed", shard=shard, problem=error.message)
                return False
            end = context.carried(partial(self._end, deadline))
            done = Counter(writers.map(end, batch))
            results.update(done)
            if len(batch) < BATCH or done[FAILED] == len(batch):
                return not done[FAILED]
        return False

    def _end(self, deadline: Deadline, kept: KeptStory) -> str:
        context.amend(correlation=kept.story_id)  # by which all that became of it is found
        left = self._left(deadline)
        if not left or kept.charge is None:  # an older revision took it over, and charged nothing
            return FAILED
        lease = Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, SWEEPER, kept.charge)
        result = self._fail(lease, kept.released, left)
        self.meter.count(STORIES_SWEPT, result=result)
        return result

    def _fail(self, lease: Lease, released: str, timeout: float) -> str:
        error = StoryInterruptedError.of_a_dead_attempt()
        failure = StoryFailure.of(error, released, self.clock.now())
        try:
            self.stories.fail(lease, failure, timeout)
        except (InProgressError, StoryNotFoundError):
            return CHANGED
        except ConteurError as problem:
            logs.warning("sweep.story_failed", story_id=lease.story_id, problem=problem.message)
            return FAILED
        logs.warning("story.swept", story_id=lease.story_id, attempt=lease.attempt)
        return ENDED

    def _left(self, deadline: Deadline) -> float:
        """Return how long the next call may take."""
        return min(CALL_SECONDS, deadline.remaining(self.clock.monotonic()))
