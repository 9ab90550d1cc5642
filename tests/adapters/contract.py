"""The fake store and Firestore's adapter, asked the same and held to the same answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.protobuf.timestamp_pb2 import Timestamp

from conteur.adapters.firestore_budgets import FirestoreBudgets
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_leases import FirestoreLeases
from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.charge import Charge
from conteur.domain.quota import Standing
from conteur.domain.story import (
    Checkpoint,
    Claimed,
    FinishedStory,
    Found,
    KeptStory,
    Lease,
    NewStory,
    StoryFailure,
)
from conteur.errors import ConteurError
from conteur.use_cases.ports import Budgets, Leases, Stories
from tests.adapters.stored import CHARGE, FAILURE, NEXT_CHARGE, SECONDS, claimed_again, sweeping
from tests.fake_store import FakeBudgets, FakeStore, Shard

CHARGES = (CHARGE, NEXT_CHARGE)

_Fenced = TypeVar("_Fenced", Lease, KeptStory)
_Answer = TypeVar("_Answer")


@dataclass
class Side:
    """One implementation of the ports. A story's fences are shown as numbers, as they appear."""

    stories: Stories
    leases: Leases
    budgets: Budgets
    shard: Callable[[Charge], Shard]
    fences: list[tuple[str, str, object]] = field(default_factory=list)

    def numbered(self, fenced: _Fenced) -> _Fenced:
        fence = (fenced.uid, fenced.story_id, _mark(fenced.fence))
        if fence not in self.fences:
            self.fences.append(fence)
        return replace(fenced, fence=self.fences.index(fence))

    def native(self, fenced: _Fenced) -> _Fenced:
        assert isinstance(fenced.fence, int)
        *_, fence = self.fences[fenced.fence]
        return replace(fenced, fence=fence)

    def claimed(self, claimed: Claimed | None) -> Claimed | None:
        return claimed and replace(claimed, lease=self.numbered(claimed.lease))

    def read(self, uid: str, story_id: str, day: str) -> Found:
        found = self.stories.read(uid, story_id, day, SECONDS)
        return replace(found, story=found.story and self.numbered(found.story))

    def counted(self) -> list[object]:
        """Return the counters of the charges' shards, and the load of their days."""
        shards = [self.shard(charge) for charge in CHARGES]
        return [*shards, *(self.budgets.read(charge.day, SECONDS) for charge in CHARGES)]


def fake_side() -> Side:
    store = FakeStore()

    def shard(charge: Charge) -> Shard:
        return store.shards.get((charge.day, charge.shard), Shard())

    return Side(store, store, FakeBudgets(store), shard)


def firestore_side(client: Client) -> Side:
    def shard(charge: Charge) -> Shard:
        document = client.document(f"budget/{charge.day}/shards/{charge.shard}").get()
        counts = document.to_dict() or {}
        names = ("reservedMicros", "settledMicros", "givenBackMicros")
        return Shard(*(counts.get(name, 0) for name in names))

    return Side(FirestoreStories(client), FirestoreLeases(client), FirestoreBudgets(client), shard)


class Both:
    """Stories and leases in two stores at once: every call goes to both, and must do the same.

    It returns what both return, or raises what both raise: errors of one class, with the same
    facts. After each write all that is kept of the stories named so far must be the same too.
    """

    def __init__(self, client: Client) -> None:
        self._sides = (fake_side(), firestore_side(client))
        self._named: set[tuple[str, str]] = set()

    def claim(self, story: NewStory) -> Claimed | None:
        self._named.add((story.uid, story.request.request_id))
        return self._write(lambda side: side.claimed(side.stories.claim(story, SECONDS)))

    def take_over(self, kept: KeptStory, story: NewStory) -> Claimed | None:
        return self._write(
            lambda side: side.claimed(side.stories.take_over(side.native(kept), story, SECONDS))
        )

    def withdraw(self, lease: Lease) -> None:
        self._write(lambda side: side.stories.withdraw(side.native(lease), SECONDS))

    def checkpoint(self, lease: Lease, checkpoint: Checkpoint) -> Lease:
        return self._write(
            lambda side: side.numbered(
                side.stories.checkpoint(side.native(lease), checkpoint, SECONDS)
            )
        )

    def complete(self, lease: Lease, story: FinishedStory) -> None:
        self._write(lambda side: side.stories.complete(side.native(lease), story, SECONDS))

    def fail(self, lease: Lease, failure: StoryFailure) -> None:
        self._write(lambda side: side.stories.fail(side.native(lease), failure, SECONDS))

    def complete_late(self, kept: KeptStory, story: FinishedStory) -> bool:
        return self._write(
            lambda side: side.stories.complete_late(side.native(kept), story, SECONDS)
        )

    def read(self, uid: str, story_id: str, day: str) -> Found:
        return self._same(lambda side: side.read(uid, story_id, day))

    def expired(self, shard: int, now: datetime, most: int) -> Sequence[KeptStory]:
        def expired(side: Side) -> Sequence[KeptStory]:
            return [side.numbered(kept) for kept in side.leases.expired(shard, now, most, SECONDS)]

        return self._same(expired)

    def kept(self, story_id: str) -> KeptStory:
        """Return Alice's story, which is there."""
        found = self.read("alice", story_id, CHARGE.day).story
        assert found
        return found

    def claimed(self, story: NewStory) -> Lease:
        claimed = self.claim(story)
        assert claimed
        return claimed.lease

    def taken_over(self, story: NewStory) -> Lease:
        """Return the lease of a new claim that takes Alice's story over."""
        taken = self.take_over(self.kept(story.request.request_id), claimed_again(story))
        assert taken
        return taken.lease

    def swept(self, story: NewStory) -> None:
        self.fail(sweeping(self.kept(story.request.request_id)), FAILURE)

    def standing(self, charge: Charge = CHARGE) -> Standing:
        """Return Alice's counters of the charge's day."""
        return self.read("alice", "no story", charge.day).standing

    def _write(self, write: Callable[[Side], _Answer]) -> _Answer:
        try:
            return self._same(write)
        finally:
            for uid, story_id in sorted(self._named):
                for charge in CHARGES:
                    self.read(uid, story_id, charge.day)
            self._same(Side.counted)

    def _same(self, call: Callable[[Side], _Answer]) -> _Answer:
        of_fake, of_firestore = (_outcome(call, side) for side in self._sides)
        fake, firestore = _shown(of_fake), _shown(of_firestore)
        assert fake == firestore, f"\nthe fake:  {fake}\nFirestore: {firestore}"
        if isinstance(of_firestore, ConteurError):
            raise of_firestore
        return of_firestore


def _mark(fence: object) -> object:
    """Return the fence in the form that a document's read gives it; a query's has another."""
    if isinstance(fence, Timestamp):
        return DatetimeWithNanoseconds.from_timestamp_pb(fence)
    return fence


def _outcome(call: Callable[[Side], _Answer], side: Side) -> _Answer | ConteurError:
    try:
        return call(side)
    except ConteurError as error:
        return error


def _shown(outcome: object) -> object:
    """Return what two outcomes must have in common: of an error, not its words."""
    if isinstance(outcome, ConteurError):
        return type(outcome), outcome.reason, outcome.facts
    return outcome
