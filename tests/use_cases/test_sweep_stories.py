"""The sweep ends what dead attempts left, once, and nothing else."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count, islice
from threading import Barrier

import pytest

from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SECONDS, LEASE_SHARDS, lease_shard
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.story import Checkpoint, Lease, State
from conteur.errors import DeadlineError, Phase
from conteur.telemetry.registry import STORIES_SWEPT
from conteur.use_cases.admit_story import Admitted
from conteur.use_cases.sweep_stories import BATCH, WRITERS, SweepStories, Swept
from tests.stories import FINISHED
from tests.use_cases.conftest import REQUEST, Counters, StoryWorld

SECONDS = 50.0


class Sweeping(StoryWorld):
    """Stories whose attempts have died, and the sweep that finds them."""

    def __init__(self) -> None:
        super().__init__()
        unlimited = 1_000_000
        self.quota = QuotaRule(signed_in=Limits(unlimited, unlimited))

    def begin(self, story_id: str) -> Lease:
        admitted = self.admit()(self.order(replace(REQUEST, request_id=story_id)))
        assert isinstance(admitted, Admitted)
        return admitted.lease

    def die(self, *story_ids: str) -> None:
        """Begin stories that nobody tells on, until their leases are over."""
        for story_id in story_ids:
            self.begin(story_id)
        self.clock.advance(LEASE_SECONDS)

    def sweep(self, shuffle: Callable[[list[int]], None] = lambda _shards: None) -> Swept:
        sweep = SweepStories(self.stories, self.stories, self.clock, self.meter, shuffle)
        return sweep(Deadline(self.clock.seconds + SECONDS))

    def states(self) -> set[State]:
        return {kept.state for kept in self.stories.kept.values()}


@pytest.fixture
def world() -> Sweeping:
    return Sweeping()


def in_one_shard(number: int) -> list[str]:
    """Return ids of as many stories, all in the same part of the index."""
    ids = (f"story-{each}" for each in count())
    return list(islice((each for each in ids if lease_shard(each) == 0), number))


def test_a_dead_attempt_is_ended(world: Sweeping) -> None:
    """A story whose lease is over is FAILED, may be told again, and is not charged."""
    world.die("a")
    assert world.sweep() == Swept(ended=1, changed=0, failed=0, complete=True)
    failure = world.stories.kept["alice", "a"].failure
    assert failure is not None
    assert (failure.reason, failure.retryable) == ("STORY_INTERRUPTED", True)
    assert world.counters() == Counters(reserved=100, given_back=100)


def test_what_was_let_out_is_kept(world: Sweeping) -> None:
    """The text of the last checkpoint stays in the story that is cut short."""
    now = world.clock.now()
    world.stories.checkpoint(world.begin("a"), Checkpoint("Once ", now, now), 1)
    world.sweep()
    kept = world.stories.kept["alice", "a"]
    assert kept.failure is not None
    assert kept.released == kept.failure.released == "Once "


def test_a_living_attempt_is_left_alone(world: Sweeping) -> None:
    """A story whose lease is not over, or that has ended, is none of the sweep's."""
    world.stories.complete(world.begin("told"), FINISHED, 1)
    world.clock.advance(LEASE_SECONDS)
    world.begin("being told")
    assert world.sweep() == Swept(ended=0, changed=0, failed=0, complete=True)
    assert world.states() == {State.COMPLETED, State.PROCESSING}


def test_every_shard_is_swept(world: Sweeping) -> None:
    """Stories are found in every part of the index, whatever the order."""
    ids = [f"story-{each}" for each in range(100)]
    assert {lease_shard(each) for each in ids} == set(range(LEASE_SHARDS))
    world.die(*ids)
    assert world.sweep(shuffle=list.reverse).ended == 100
    assert world.states() == {State.FAILED}


def test_more_than_a_batch(world: Sweeping) -> None:
    """A shard is read until nothing is left of it."""
    world.die(*in_one_shard(2 * BATCH))
    assert world.sweep().ended == 2 * BATCH
    assert world.counters() == Counters(reserved=20_000, given_back=20_000)
    assert world.counted(STORIES_SWEPT) == {("ended",): 2 * BATCH}


def test_one_that_changed_meanwhile(world: Sweeping) -> None:
    """A story that ends between the look at it and the write is counted, and left as it is."""
    lease = world.begin("a")
    world.clock.advance(LEASE_SECONDS)

    def end(method: str) -> None:
        if method == "fail":
            world.stories.complete(lease, FINISHED, 1)

    world.stories.on_call = end
    assert world.sweep() == Swept(ended=0, changed=1, failed=0, complete=True)
    assert world.states() == {State.COMPLETED}
    assert world.counted(STORIES_SWEPT) == {("changed",): 1}


def test_one_without_a_charge(world: Sweeping) -> None:
    """A document of a revision that kept no charge is left to its own lease."""
    world.die("a")
    kept = world.stories.kept["alice", "a"]
    world.stories.kept["alice", "a"] = replace(kept, charge=None)
    assert world.sweep() == Swept(ended=0, changed=0, failed=1, complete=False)


@pytest.mark.parametrize(("last", "ended"), [("expired", 0), ("fail", 1)])
def test_no_time_left(world: Sweeping, last: str, ended: int) -> None:
    """A sweep whose time is up writes no more, and says that it is not complete."""
    world.die(*in_one_shard(BATCH + 1))
    world.stories.on_answer = lambda method: (
        world.clock.advance(SECONDS) if method == last else None
    )
    swept = world.sweep()
    assert ended <= swept.ended <= ended * WRITERS
    assert not swept.complete


def test_two_sweeps_at_once(world: Sweeping) -> None:
    """Two sweeps that find the same stories end each of them once."""
    world.die(*[f"story-{each}" for each in range(40)])
    together = Barrier(2)

    def meet(method: str) -> None:
        if method == "expired":
            together.wait(timeout=10)

    world.stories.on_answer = meet
    with ThreadPoolExecutor(2) as sweepers:
        swept = list(sweepers.map(lambda _: world.sweep(), range(2)))
    assert sum(each.ended for each in swept) == 40
    assert sum(each.changed for each in swept) == 40
    assert world.counters() == Counters(reserved=4000, given_back=4000)


def test_a_story_that_cannot_be_written(world: Sweeping) -> None:
    """One story that the store fails for is left to the next sweep, and the others are ended."""
    world.die(*[f"story-{each}" for each in range(40)])
    world.stories.failures["fail"] = DeadlineError("slow", Phase.STORE)
    assert world.sweep() == Swept(ended=39, changed=0, failed=1, complete=False)
    assert world.sweep() == Swept(ended=1, changed=0, failed=0, complete=True)


def test_a_shard_that_cannot_be_read(world: Sweeping) -> None:
    """A shard whose query fails is left to the next sweep, and the others are swept."""
    world.die(*[f"story-{each}" for each in range(100)])
    world.stories.failures["expired"] = DeadlineError("slow", Phase.STORE)
    swept = world.sweep()
    assert (0 < swept.ended < 100, swept.complete) == (True, False)
    assert world.sweep() == Swept(100 - swept.ended, changed=0, failed=0, complete=True)


def test_a_store_that_takes_nothing(world: Sweeping) -> None:
    """A shard of which nothing can be written is not read again and again."""
    world.die(*in_one_shard(BATCH))

    def refuse(method: str) -> None:
        if method == "fail":
            raise DeadlineError("slow", Phase.STORE)

    world.stories.on_call = refuse
    assert world.sweep() == Swept(ended=0, changed=0, failed=BATCH, complete=False)


def test_each_one_is_logged(world: Sweeping, capsys: pytest.CaptureFixture[str]) -> None:
    """The log names the story that was cut short, and its attempt."""
    world.die("a")
    world.sweep()
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["event"], line["story_id"], line["attempt"]) == ("story.swept", "a", 1)


def test_calls_are_bounded(world: Sweeping) -> None:
    """A look gets ten seconds at most, and no more than is left."""
    world.stories.on_call = lambda _method: world.clock.advance(9)
    world.sweep()
    assert world.stories.timeouts == [10, 10, 10, 10, 10, 5]
