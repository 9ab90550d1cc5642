"""A store in memory that keeps stories and counters as Firestore's adapter does."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from conteur.domain.budget import BudgetReading
from conteur.domain.chapter import Chapter
from conteur.domain.charge import Posting, charge_again, give_back, reserve, settle
from conteur.domain.lease import lease_shard
from conteur.domain.quota import Standing
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
)
from conteur.errors import (
    ConteurError,
    DeadlineError,
    InProgressError,
    Phase,
    StoryNotFoundError,
)

Key = tuple[str, str]


@dataclass
class Shard:
    """One shard of a day's budget."""

    reserved: int = 0
    settled: int = 0
    given_back: int = 0


@dataclass
class FakeStore:
    """Implements ports.Stories, Leases and Budgets; each write is atomic, with its postings.

    `failures` names errors for the next call of a method. `on_call` hears of every call before it
    has any effect, `on_answer` after it. With `lose_claim_answers` a claim writes, and then finds
    what it wrote itself.
    """

    kept: dict[Key, KeptStory] = field(default_factory=dict)
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    shards: dict[tuple[str, int], Shard] = field(default_factory=dict)
    chapters: dict[Key, Chapter] = field(default_factory=dict)
    failures: dict[str, ConteurError] = field(default_factory=dict)
    timeouts: list[float] = field(default_factory=list)
    writes: int = 0
    vanish_on_read: bool = False
    lose_claim_answers: bool = False
    on_call: Callable[[str], None] = lambda _method: None
    on_answer: Callable[[str], None] = lambda _method: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, story: NewStory, timeout: float) -> Claimed | None:
        with self._call("claim", timeout):
            if (story.uid, story.request.request_id) in self.kept:
                return None
            claimed = self._start(story, 1, reserve(story.charge))
            return None if self.lose_claim_answers else claimed

    def read(self, uid: str, story_id: str, day: str, timeout: float) -> Found:
        with self._call("read", timeout):
            standing = self.standings.get((uid, day), Standing())
            return Found(None if self.vanish_on_read else self.kept.get((uid, story_id)), standing)

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Claimed | None:
        with self._call("take_over", timeout):
            if not self._is_fenced(kept):
                return self._own_claim(story)
            postings = [reserve(story.charge)]
            if kept.state is State.PROCESSING and kept.charge:
                postings.append(give_back(kept.charge))
            return self._start(story, kept.attempt + 1, *postings, released=kept.released)

    def withdraw(self, lease: Lease, timeout: float) -> None:
        with self._call("withdraw", timeout):
            if not self._current(lease):
                return
            if not self._is_fenced(lease):
                raise _lost(lease)
            del self.kept[lease.uid, lease.story_id]
            self._post(lease.uid, give_back(lease.charge))

    def checkpoint(self, lease: Lease, checkpoint: Checkpoint, timeout: float) -> Lease:
        with self._call("checkpoint", timeout):
            current = self._own(lease)
            if current.state is not State.PROCESSING:
                raise _lost(lease)
            text = current.released if checkpoint.text is None else checkpoint.text
            self._write(replace(current, released=text, lease_until=checkpoint.lease_until))
            return replace(lease, fence=self.writes)

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        with self._call("complete", timeout):
            current = self._own(lease)
            if current.state is State.FAILED:
                raise DeadlineError("the sweep was faster", Phase.STORE)
            if current.state is State.PROCESSING:
                self._write(_completed(current, story))
                self._post(lease.uid, settle(lease.charge, story.cost_micros))
            elif not _is(story, current):
                raise _lost(lease)

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        with self._call("fail", timeout):
            current = self._own(lease)
            if current.state is not State.PROCESSING:
                return
            released = failure.released or ("" if failure.withheld else current.released)
            cost = failure.cost_micros
            failure = replace(failure, released=released, withheld=False, cost_micros=None)
            self._write(replace(current, state=State.FAILED, failure=failure, released=released))
            settled = give_back(lease.charge) if cost is None else settle(lease.charge, cost)
            self._post(lease.uid, settled)

    def complete_late(self, kept: KeptStory, story: FinishedStory, timeout: float) -> bool:
        with self._call("complete_late", timeout):
            if not self._is_fenced(kept):
                return _is(story, self._current(kept))
            self._write(_completed(kept, story))
            if kept.charge:
                held = kept.state is State.PROCESSING
                posting = settle if held else charge_again
                self._post(kept.uid, posting(kept.charge, story.cost_micros))
            return True

    def expired(self, shard: int, now: datetime, most: int, timeout: float) -> Sequence[KeptStory]:
        with self._call("expired", timeout):
            over = (
                kept
                for kept in self.kept.values()
                if kept.state is State.PROCESSING
                and kept.lease_until <= now
                and lease_shard(kept.story_id) == shard
            )
            return sorted(over, key=lambda kept: kept.lease_until)[:most]

    def chapter(self, uid: str, story_id: str, timeout: float) -> Chapter | None:
        """Return one of `chapters`."""
        with self._call("chapter", timeout):
            return self.chapters.get((uid, story_id))

    def load(self, day: str) -> int:
        """Return what is reserved of the day's budget and not given back."""
        with self.lock:
            of_day = [shard for (its_day, _), shard in self.shards.items() if its_day == day]
        return sum(shard.reserved - shard.given_back for shard in of_day)

    @contextmanager
    def _call(self, method: str, timeout: float) -> Iterator[None]:
        self.timeouts.append(timeout)
        self.on_call(method)
        if error := self.failures.pop(method, None):
            raise error
        with self.lock:
            yield
        self.on_answer(method)

    def _start(
        self, story: NewStory, attempt: int, *postings: Posting, released: str = ""
    ) -> Claimed:
        story_id = story.request.request_id
        kept = self._write(
            KeptStory(
                uid=story.uid,
                story_id=story_id,
                state=State.PROCESSING,
                fingerprint=story.fingerprint,
                attempt=attempt,
                lease_until=story.lease_until,
                fence=None,
                holder=story.holder,
                charge=story.charge,
                released=released,
            )
        )
        self._post(story.uid, *postings)
        return self._claimed(story, kept)

    def _claimed(self, story: NewStory, kept: KeptStory) -> Claimed:
        lease = Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, story.holder, story.charge)
        return Claimed(lease, self.standings[story.uid, story.charge.day])

    def _current(self, story: Lease | KeptStory) -> KeptStory | None:
        return self.kept.get((story.uid, story.story_id))

    def _is_fenced(self, story: Lease | KeptStory) -> bool:
        current = self._current(story)
        return current is not None and current.fence == story.fence

    def _own_claim(self, story: NewStory) -> Claimed | None:
        """Return what this very claim has taken over before; None if the story is another's."""
        kept = self.kept.get((story.uid, story.request.request_id))
        if kept is None or kept.holder != story.holder or kept.state is not State.PROCESSING:
            return None
        return self._claimed(story, kept)

    def _own(self, lease: Lease) -> KeptStory:
        """Return the lease's story, which an own write may have changed or ended."""
        current = self._current(lease)
        if current is None:
            raise StoryNotFoundError.of(lease.story_id)
        if current.fence == lease.fence or current.holder == lease.holder:
            return current
        raise _lost(lease)

    def _write(self, kept: KeptStory) -> KeptStory:
        self.writes += 1
        written = replace(kept, fence=self.writes)
        self.kept[kept.uid, kept.story_id] = written
        return written

    def _post(self, uid: str, *postings: Posting) -> None:
        for each in postings:
            user = self.standings.get((uid, each.day), Standing())
            self.standings[uid, each.day] = Standing(
                user.stories + each.stories, user.running + each.running
            )
            shard = self.shards.setdefault((each.day, each.shard), Shard())
            shard.reserved += each.reserved
            shard.settled += each.settled
            shard.given_back += each.given_back


@dataclass
class FakeBudgets:
    """Implements ports.Budgets over the store's counters."""

    store: FakeStore
    error: ConteurError | None = None
    readings: int = 0

    def read(self, day: str, timeout: float) -> BudgetReading:
        del timeout
        self.readings += 1
        if self.error:
            raise self.error
        return BudgetReading(day, self.store.load(day))


def _lost(lease: Lease) -> InProgressError:
    return InProgressError("another attempt has taken over", storyId=lease.story_id)


def _is(story: FinishedStory, kept: KeptStory | None) -> bool:
    """Return whether `story` is what is kept."""
    finished = kept.finished if kept else None
    return (
        finished is not None
        and finished.completed == story.completed
        and finished.story.text == story.story.text
    )


def _completed(kept: KeptStory, story: FinishedStory) -> KeptStory:
    return replace(
        kept,
        state=State.COMPLETED,
        finished=story,
        failure=None,
        released=story.story.text,
    )
