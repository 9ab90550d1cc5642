"""Stories that are told, rated, deleted and swept by two users, in whatever order.

One step is one call of a use case, with at most one thing that goes wrong in it: an answer is
lost, the store is late, the process dies, or another call comes between its look and its write.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from conteur.domain.charge import Charge
from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.quota import Standing, day_of
from conteur.domain.story import (
    Checkpoint,
    FinishedStory,
    KeptStory,
    Lease,
    NewStory,
    State,
    UnsavedStory,
)
from conteur.errors import ConteurError, DeadlineError, Phase
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.library_metrics import RATING_CHANGES, RATINGS
from conteur.use_cases.delete_my_data import DeleteMyData
from conteur.use_cases.delete_story import DeleteStory
from conteur.use_cases.rate_story import RateStory
from conteur.use_cases.save_story import SaveStory
from conteur.use_cases.sweep_stories import SweepStories
from tests.adapters.stored import FAILURE, new_story
from tests.fake_library import QUOTA, FakeLibrary
from tests.fake_store import Key, Shard
from tests.fakes import FakeClock
from tests.properties.conftest import LIVES
from tests.stories import FINISHED

USERS = ("alice", "bob")
IDS = ("one", "two")
SHARDS = 2

users, ids = st.sampled_from(USERS), st.sampled_from(IDS)
stars, reasons = st.integers(1, 5), st.sampled_from(["", "a fox"])


class KilledError(BaseException):
    """The process is gone: nothing that it would have done is done."""


@dataclass
class WatchedLibrary(FakeLibrary):
    """Remembers what was deleted: which stories, their stars, and what users paid for."""

    gone: set[Key] = field(default_factory=set)
    gone_stars: Counter[int] = field(default_factory=Counter)
    paid: Counter[tuple[str, str]] = field(default_factory=Counter)

    def _remove(self, kept: KeptStory, *, is_told: bool) -> None:
        key = (kept.uid, kept.story_id)
        if rating := self.ratings.get(key):
            self.gone_stars[rating.stars] += 1
        is_heard = kept.state is State.PROCESSING and is_told
        if kept.charge and (is_heard or kept.state is State.COMPLETED):
            self.paid[kept.uid, kept.charge.day] += 1
        self.gone.add(key)
        super()._remove(kept, is_told=is_told)

    def _erase(self, uid: str, path: str, now: datetime) -> None:
        super()._erase(uid, path, now)
        if path.startswith(QUOTA):
            del self.paid[uid, path.removeprefix(QUOTA)]


class LibraryLife(RuleBasedStateMachine):
    """Any order of what users, attempts and jobs do."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.library = WatchedLibrary()
        self.meter = Aggregate()
        self.attempts: list[Lease] = []
        self.unsaved: list[UnsavedStory] = []
        self.missed: Counter[int] = Counter()  # stars that died with the process that kept them

    @rule(uid=users, story_id=ids, shard=st.integers(0, SHARDS - 1))
    def tell(self, uid: str, story_id: str, shard: int) -> None:
        """Claim a story, or take it over."""
        story = self.claim_of(uid, story_id, shard)
        kept = self.library.kept.get((uid, story_id))
        claimed = None
        if kept is None:
            claimed = self.library.claim(story, 1)
            self.library.gone.discard((uid, story_id))
        elif kept.state is not State.COMPLETED and kept.lease_until <= self.clock.now():
            claimed = self.library.take_over(kept, story, 1)
        if claimed:
            self.attempts.append(claimed.lease)

    @rule(data=st.data(), ends=st.sampled_from(["complete", "fail", "checkpoint", "queue"]))
    def go_on(self, data: st.DataObject, ends: str) -> None:
        """Have an attempt, of which more may be alive than should be, do its next write."""
        if not self.attempts:
            return
        lease = data.draw(st.sampled_from(self.attempts))
        now = self.clock.now()
        acts: dict[str, Callable[[], object]] = {
            "complete": lambda: self.library.complete(lease, self.told(lease), 1),
            "fail": lambda: self.library.fail(lease, FAILURE, 1),
            "checkpoint": lambda: self.library.checkpoint(
                lease, Checkpoint("Once", now, now + timedelta(seconds=LEASE_SECONDS)), 1
            ),
            "queue": lambda: self.unsaved.append(
                UnsavedStory(lease.uid, lease.story_id, lease.holder, self.told(lease))
            ),
        }
        self.attempt(acts[ends])

    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Deliver what the outbox has, for the first time or again."""
        if self.unsaved:
            unsaved = data.draw(st.sampled_from(self.unsaved))
            self.attempt(lambda: SaveStory(self.library, self.clock, Aggregate())(unsaved))

    @rule()
    def sweep(self) -> None:
        """End what dead attempts have left."""
        sweeping = SweepStories(self.library, self.library, self.clock, Aggregate(), list.reverse)
        sweeping(self.deadline())

    @rule(seconds=st.sampled_from([1.0, LEASE_SECONDS, 86_400.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass: a moment, a lease, or a day."""
        self.clock.advance(seconds)

    @rule(data=st.data(), uid=users, story_id=ids, given=stars, reason=reasons)
    def rate(self, data: st.DataObject, uid: str, story_id: str, given: int, reason: str) -> None:
        """Have a user rate a story, theirs or not, there or not."""
        with self.something_wrong(data, "rate", uid):
            self.rated(uid, story_id, given, reason)

    @rule(data=st.data(), uid=users, story_id=ids)
    def delete(self, data: st.DataObject, uid: str, story_id: str) -> None:
        """Have a user delete a story; while an attempt is alive it stays."""
        kept = self.library.kept.get((uid, story_id))
        with self.something_wrong(data, "remove", uid):
            DeleteStory(self.library, self.clock, self.meter)(uid, story_id, self.deadline())
        if kept and kept.state is State.PROCESSING and kept.lease_until > self.clock.now():
            assert (uid, story_id) in self.library.kept

    @rule(data=st.data(), uid=users, most=st.integers(1, 4))
    def erase(self, data: st.DataObject, uid: str, most: int) -> None:
        """Have a user delete all, as much as one call does."""
        self.library.erased_at_once = most
        with self.something_wrong(data, "erase", uid):
            erased = DeleteMyData(self.library, self.clock, self.meter)(uid, self.deadline())
            if erased.complete:
                assert not any(owner == uid for owner, _ in self.library.kept)

    @invariant()
    def nothing_comes_back(self) -> None:
        """A story that was deleted is there again only if it was asked for again."""
        assert not self.library.gone & self.library.kept.keys()
        assert self.library.ratings.keys() <= self.library.kept.keys()

    @invariant()
    def the_budget_adds_up(self) -> None:
        """What is reserved, and neither settled nor given back, is held by a story."""
        held: Counter[tuple[str, int]] = Counter()
        for kept in self.library.kept.values():
            if kept.charge and kept.state is State.PROCESSING:
                held[kept.charge.day, kept.charge.shard] += kept.charge.micros
        for key in {*held, *self.library.shards}:
            shard = self.library.shards.get(key, Shard())
            assert shard.reserved - shard.settled - shard.given_back == held[key]

    @invariant()
    def quotas_add_up(self) -> None:
        """Users are charged for what they have, and for what they heard and have deleted."""
        running: Counter[tuple[str, str]] = Counter()
        stories = Counter(self.library.paid)
        for kept in self.library.kept.values():
            if kept.charge and kept.state is not State.FAILED:
                stories[kept.uid, kept.charge.day] += 1
                running[kept.uid, kept.charge.day] += kept.state is State.PROCESSING
        for key in {*stories, *self.library.standings}:
            standing = self.library.standings.get(key, Standing())
            assert standing == Standing(stories[key], running[key])

    @invariant()
    def the_satisfaction_is_what_users_said(self) -> None:
        """First ratings, moved by all changes, are the stars that stories have or had."""
        counted: Counter[int] = Counter(self.missed)
        for series in self.meter.snapshot().series:
            value = series.value if isinstance(series.value, int) else 0
            if series.metric is RATINGS:
                counted[int(series.labels[0])] += value
            if series.metric is RATING_CHANGES:
                counted[int(series.labels[0])] -= value
                counted[int(series.labels[1])] += value
        assert +counted == self.said()
        assert not -counted

    def said(self) -> Counter[int]:
        given = Counter(rating.stars for rating in self.library.ratings.values())
        return given + self.library.gone_stars

    def rated(self, uid: str, story_id: str, given: int, reason: str) -> None:
        self.clock.advance(0.001)
        rating = RateStory(self.library, self.clock, self.meter)
        rating(uid, story_id, given, reason, self.deadline())

    def deadline(self) -> Deadline:
        return Deadline(self.clock.monotonic() + 20)

    def claim_of(self, uid: str, story_id: str, shard: int) -> NewStory:
        now = self.clock.now()
        lease_until = now + timedelta(seconds=LEASE_SECONDS)
        charge = Charge(day_of(now), shard, micros=500)
        story = replace(new_story(story_id), uid=uid, charge=charge)
        return replace(story, started=now, lease_until=lease_until)

    def told(self, lease: Lease) -> FinishedStory:
        return replace(FINISHED, completed=self.clock.now(), model=lease.holder)

    def attempt(self, act: Callable[[], object]) -> None:
        with suppress(ConteurError):
            act()

    @contextmanager
    def something_wrong(self, data: st.DataObject, write: str, uid: str) -> Iterator[None]:
        """Have a user's call meet what is drawn; it leaves the other user's as it was."""
        others, said = self.of_others(uid), self.said()
        wrong = data.draw(st.sampled_from(["", "late", "lost", "dead", "dies", "rated", "erased"]))
        acts: dict[str, tuple[str, Callable[[], object]]] = {
            "late": ("on_call", _late),
            "lost": ("on_answer", _late),
            "dead": ("on_call", _die),
            "dies": ("on_answer", _die),
            "rated": ("on_call", lambda: self.rated(uid, data.draw(ids), data.draw(stars), "")),
            "erased": (
                "on_call",
                lambda: self.library.erase(uid, frozenset(), self.clock.now(), 1),
            ),
        }
        hook, act = acts.get(wrong, ("on_call", lambda: None))
        setattr(self.library, hook, _once(write, act))
        try:
            yield
        except ConteurError:
            pass
        except KilledError:
            self.missed.update(self.said() - said)  # not +=, which drops what is below 0
            self.missed.subtract(said - self.said())
        finally:
            self.library.on_call = self.library.on_answer = _nothing
        assert self.of_others(uid) == others

    def of_others(self, uid: str) -> list[object]:
        library = self.library
        kept: list[Mapping[tuple[str, str], object]] = [
            *(library.kept, library.ratings, library.standings, library.paid)
        ]
        return [{key: each for key, each in some.items() if key[0] != uid} for some in kept]


def _once(method: str, act: Callable[[], object]) -> Callable[[str], None]:
    acts = iter([act])

    def hear(called: str) -> None:
        for each in acts if called == method else ():
            each()

    return hear


def _late() -> None:
    raise DeadlineError("the store is late", Phase.STORE)


def _die() -> None:
    raise KilledError


def _nothing(_method: str) -> None:
    pass


TestLibraryLife = LibraryLife.TestCase
TestLibraryLife.settings = settings.get_profile(LIVES)
