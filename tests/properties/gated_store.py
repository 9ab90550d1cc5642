"""The store's ports, as one simulated process has them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from conteur.domain.budget import BudgetReading
from conteur.domain.lease import lease_shard
from conteur.domain.story import (
    Checkpoint,
    Claimed,
    FinishedStory,
    Found,
    KeptStory,
    Lease,
    NewStory,
    State,
    StoryFailure,
    UnsavedStory,
)
from conteur.errors import Phase
from tests.properties.gates import Write, read, written
from tests.properties.stage import Stage
from tests.properties.strands import Strand, current

_Answer = TypeVar("_Answer")


class GatedStories:
    """Implements ports.Stories over the stage's store."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._store = stage.store

    def claim(self, story: NewStory, timeout: float) -> Claimed | None:
        return self._write("claim", partial(self._store.claim, story, timeout))

    def read(self, uid: str, story_id: str, day: str, timeout: float) -> Found:
        look = partial(self._store.read, uid, story_id, day, timeout)
        return read("read", Phase.ADMISSION, look)

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Claimed | None:
        return self._write("take over", partial(self._store.take_over, kept, story, timeout))

    def withdraw(self, lease: Lease, timeout: float) -> None:
        self._fenced("withdraw", lease, partial(self._store.withdraw, lease, timeout))

    def checkpoint(self, lease: Lease, checkpoint: Checkpoint, timeout: float) -> Lease:
        call = self._stage.call_of(lease.holder)
        if call and call.ended:
            self._stage.problems.append("a call that has ended begins a checkpoint")
        keep = partial(self._store.checkpoint, lease, checkpoint, timeout)
        renewed = self._fenced("checkpoint", lease, keep)
        assert renewed
        return renewed

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        self._fenced("complete", lease, partial(self._store.complete, lease, story, timeout))

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        self._fenced("fail", lease, partial(self._store.fail, lease, failure, timeout))

    def complete_late(self, kept: KeptStory, story: FinishedStory, timeout: float) -> bool:
        def complete_late() -> bool:
            done = self._store.complete_late(kept, story, timeout)
            call = self._stage.call_of(kept.holder)
            if done and (kept.state is State.FAILED or not (call and call.admitted)):
                self._stage.charged_late.add((kept.uid, kept.story_id))
            return done

        return bool(self._write("complete late", complete_late, Phase.STORE))

    def _write(
        self, name: str, write: Callable[[], _Answer], phase: Phase = Phase.ADMISSION
    ) -> _Answer | None:
        return written(self._stage, Write(name, phase, write, write))

    def _fenced(
        self, name: str, lease: Lease, write: Callable[[], _Answer], strand: Strand | None = None
    ) -> _Answer | None:
        """Write what a lease allows. One that comes late is not repeated with a newer fence."""

        def late() -> None:
            kept = self._store.kept.get((lease.uid, lease.story_id))
            if kept and kept.fence == lease.fence:
                write()

        phase = Phase.ADMISSION if name == "withdraw" else Phase.STORE
        key = f"{lease.uid}/{lease.story_id}" if strand else ""
        return written(self._stage, Write(name, phase, write, late), strand, key)


class SweptStories(GatedStories):
    """Implements what a sweep needs of ports.Stories and Leases: it writes on other threads."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._strand: Strand | None = None

    def expired(self, shard: int, now: datetime, most: int, timeout: float) -> Sequence[KeptStory]:
        if all(lease_shard(story_id) != shard for _, story_id in self._store.kept):
            return ()
        self._strand = current()
        look = partial(self._store.expired, shard, now, most, timeout)
        batch = read("expired", Phase.STORE, look)
        self._strand.fork(len(batch))
        return batch

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        assert self._strand
        end = partial(self._store.fail, lease, failure, timeout)
        try:
            self._fenced("sweep", lease, end, self._strand)
        finally:
            self._strand.join()


class GatedBudgets:
    """Implements ports.Budgets over the stage's store."""

    def __init__(self, stage: Stage) -> None:
        self._store = stage.store

    def read(self, day: str, timeout: float) -> BudgetReading:
        del timeout
        return read("budget", Phase.ADMISSION, lambda: BudgetReading(day, self._store.load(day)))


class GatedOutbox:
    """Implements ports.Outbox over the stage's."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def put(self, unsaved: UnsavedStory, timeout: float) -> None:
        put = partial(self._stage.outbox.put, unsaved, timeout)
        written(self._stage, Write("outbox", Phase.STORE, put, put))
