"""A story's life: whatever happens, and in whatever order."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from conteur.domain.budget import BudgetRule
from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.quota import Tier
from conteur.domain.story_request import StoryRequest
from conteur.use_cases.door import LONGEST_MEMORY_SECONDS
from tests.properties import instance as processes
from tests.properties.calls import Call
from tests.properties.conftest import LIVES
from tests.properties.instance import Instance
from tests.properties.promises import Promises
from tests.properties.stage import Stage
from tests.properties.strands import Strand

USERS = {"alice": Tier.SIGNED_IN, "nobody": Tier.ANONYMOUS}
# The first two are in one shard of the index of leases.
IDS = [f"{digit * 8}-0000-4000-8000-000000000000" for digit in "1234"]
BODIES = ["a fox", "a fox", "a fox", "an owl"]
BEAT_SECONDS = 5.0
INSTANCES = 2
MOST_STRANDS = 8
DAY = 86_400.0
NOON, BEFORE_MIDNIGHT = DAY / 2, DAY - 15
TWO = 2
MOST_STEPS = 100
ENDS = ("sweep", "take over", "complete late")


class StoryLife(RuleBasedStateMachine):
    """Calls, jobs, failures and time, one step after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.promises = Promises(self.stage)
        self.stage.check = self.promises.check
        self.instances: list[Instance] = []
        self.sound = True

    @initialize(
        began=st.sampled_from([NOON, BEFORE_MIDNIGHT]),
        budget=st.sampled_from([10_000, 10_000, 350]),
    )
    def begin(self, began: float, budget: int) -> None:
        self.stage.clock.seconds = began
        self.rule = BudgetRule(budget)
        self.instances = [Instance(self.stage, self.rule) for _ in range(INSTANCES)]

    @precondition(lambda self: self.is_room())
    @rule(
        where=st.integers(0, INSTANCES - 1),
        uid=st.sampled_from(sorted(USERS)),
        story_id=st.sampled_from(IDS),
        body=st.sampled_from(BODIES),
        shard=st.integers(0, 1),
        steps=st.integers(0, 8),
    )
    def call(self, where: int, uid: str, story_id: str, body: str, shard: int, steps: int) -> None:
        """Ask for a story, perhaps under the id of another one."""
        request = StoryRequest(request_id=story_id, prompt=body, language="en", words=50)
        self.begin_call(where, uid, request, shard, steps)

    @precondition(lambda self: self.is_room() and self.stage.calls)
    @rule(data=st.data(), where=st.integers(0, INSTANCES - 1), steps=st.integers(0, 8))
    def repeat(self, data: st.DataObject, where: int, steps: int) -> None:
        """Send a call once more, whatever has become of it."""
        first = data.draw(st.sampled_from(self.unfinished() or self.stage.calls))
        self.begin_call(where, first.uid, first.request, 1 - first.shard, steps)

    @precondition(lambda self: self.stage.standing())
    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """Let one strand go on, in any way that there is."""
        strand, key = data.draw(st.sampled_from(self.stage.standing()))
        stop = strand.stops[key]
        verdict = data.draw(st.sampled_from(stop.choices), label=f"{strand.name}, {stop.at}")
        with self.watched():
            self.stage.step(strand, key, verdict)

    @precondition(lambda self: self.stage.standing())
    @rule(data=st.data(), steps=st.integers(1, 12))
    def play(self, data: st.DataObject, steps: int) -> None:
        """Let one strand go on, for a while, without a failure."""
        strand, _ = data.draw(st.sampled_from(self.stage.standing()))
        with self.watched():
            self.stage.play(strand, steps)

    @precondition(lambda self: self.stage.standing())
    @rule(data=st.data())
    def trouble(self, data: st.DataObject) -> None:
        """Let one strand go on to its next write, or its answer, and have that go wrong."""
        strand, key = data.draw(st.sampled_from(self.stage.standing()))
        with self.watched():
            self.go_to_write(strand, key)
        if key in strand.stops:
            stop = strand.stops[key]
            verdict = data.draw(
                st.sampled_from(stop.choices[1:]), label=f"{strand.name}, {stop.at}"
            )
            with self.watched():
                self.stage.step(strand, key, verdict)

    @precondition(lambda self: len(self.stage.standing()) >= TWO)
    @rule(data=st.data(), steps=st.integers(1, 12))
    def overtake(self, data: st.DataObject, steps: int) -> None:
        """Let one strand go on to its next write, another one overtake it, then the first write."""
        standing = st.sampled_from(self.stage.standing())
        (first, key), (second, _) = data.draw(standing), data.draw(standing)
        with self.watched():
            self.go_to_write(first, key)
            if second is not first:
                self.stage.play(second, steps)
            self.stage.play(first, TWO)

    @precondition(lambda self: self.stage.standing())
    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """End a process at once, wherever it stands; a new one takes its place."""
        strand, _ = data.draw(st.sampled_from(self.stage.standing()))
        with self.watched():
            self.stage.kill(strand.owner)
        if isinstance(strand.owner, Instance):
            strand.owner.alive = False
            where = self.instances.index(strand.owner)
            self.instances[where] = Instance(self.stage, self.rule)

    @precondition(lambda self: self.is_room() and self.stage.store.kept)
    @rule(backwards=st.booleans(), steps=st.sampled_from([1, 2, 3, MOST_STEPS]))
    def sweep(self, *, backwards: bool, steps: int) -> None:
        """Sweep, perhaps while another sweep is under way."""
        with self.watched():
            self.stage.play(processes.sweep(self.stage, backwards=backwards), steps)

    @precondition(lambda self: self.is_room() and self.stage.outbox.unsaved)
    @rule(data=st.data(), steps=st.sampled_from([1, 2, 3, MOST_STEPS]))
    def deliver(self, data: st.DataObject, steps: int) -> None:
        """Deliver a story from the outbox, perhaps once more."""
        task = data.draw(st.sampled_from(sorted(self.stage.outbox.unsaved)))
        with self.watched():
            delivery = processes.deliver(self.stage, self.stage.outbox.unsaved[task])
            self.stage.play(delivery, steps)

    @precondition(lambda self: self.is_room() and self.stage.standing() and self.stage.calls)
    @rule(data=st.data(), steps=st.integers(0, 8))
    def oversleep(self, data: st.DataObject, steps: int) -> None:
        """Let leases run out, and a process go on while somebody is about to end its story."""
        sleeper, _ = data.draw(st.sampled_from(self.stage.standing()))
        with self.watched():
            self.stage.timers.pass_time(LEASE_SECONDS + 1)
        other = self.somebody_else(data)
        with self.watched():
            while other.stops and not any(each.at in ENDS for each in other.stops.values()):
                self.stage.play(other, 1)
            for each in [one for one in self.stage.strands if one.owner is sleeper.owner]:
                self.stage.play(each, steps)
            self.stage.play(other, MOST_STEPS)

    @precondition(lambda self: self.stage.landings)
    @rule(data=st.data())
    def land(self, data: st.DataObject) -> None:
        """Let a write come through whose caller has given it up."""
        number = data.draw(st.integers(0, len(self.stage.landings) - 1))
        with self.watched():
            self.stage.land(number)

    @rule(seconds=st.sampled_from([*[BEAT_SECONDS, LEASE_SECONDS + 1] * 3, DAY]))
    def wait(self, seconds: float) -> None:
        """Let time pass; checkpoints that fall due begin, and stand."""
        with self.watched():
            self.stage.timers.pass_time(seconds)
            self.promises.check()

    @rule(beats=st.integers(1, 5))
    def live(self, beats: int) -> None:
        """Let time pass while every checkpoint that falls due is written."""
        with self.watched():
            for _ in range(beats):
                self.stage.timers.pass_time(BEAT_SECONDS)
                for strand in [one for one in self.stage.strands if one.is_background]:
                    self.stage.play(strand, MOST_STEPS)

    def teardown(self) -> None:
        """Let all end, sweep, deliver: then everything must add up."""
        try:
            if self.sound and self.instances:
                self.settle()
        finally:
            for strand in self.stage.strands:
                if not strand.ended:
                    strand.kill()

    def settle(self) -> None:
        while self.stage.landings:
            self.stage.land(0)
        self.stage.play_all()
        self.stage.timers.pass_time(LEASE_SECONDS + 1)
        processes.sweep(self.stage, backwards=False)
        self.stage.play_all()
        for unsaved in list(self.stage.outbox.unsaved.values()) * TWO:
            processes.deliver(self.stage, unsaved)
            self.stage.play_all()
        self.promises.check_end()
        self.stage.timers.pass_time(LONGEST_MEMORY_SECONDS)
        for each in self.instances:
            self.check_memory(each)

    def check_memory(self, instance: Instance) -> None:
        """Hold that a process knows no more than the store does once it has been quiet."""
        instance.watch.refresh()
        self.stage.play_all()
        for uid, tier in USERS.items():
            limits = processes.QUOTA.limits(tier)
            assert instance.door.enter(uid, "another", limits) is None, "a user is refused for ever"
        load = self.stage.store.load(self.stage.clock.now().date().isoformat())
        assert instance.watch.reserve(self.rule.micros_a_day - load) is None, "too much is counted"
        assert instance.watch.reserve(1), "not all is counted"

    def begin_call(
        self, where: int, uid: str, request: StoryRequest, shard: int, steps: int
    ) -> None:
        call = Call(uid, request, f"holder{len(self.stage.calls)}", USERS[uid], shard)
        with self.watched():
            self.instances[where].call(call)
            assert call.strand
            self.stage.play(call.strand, steps)

    def somebody_else(self, data: st.DataObject) -> Strand:
        """Begin a sweep, a delivery or a repeated call."""
        unsaved = list(self.stage.outbox.unsaved.values())
        kind = data.draw(st.sampled_from(["sweep", "repeat", *["deliver"] * bool(unsaved)]))
        number = len(self.stage.strands)
        if kind == "sweep":
            return processes.sweep(self.stage, backwards=False)
        if kind == "deliver":
            return processes.deliver(self.stage, data.draw(st.sampled_from(unsaved)))
        first = data.draw(st.sampled_from(self.unfinished() or self.stage.calls))
        self.begin_call(0, first.uid, first.request, 1 - first.shard, 0)
        return self.stage.strands[number]

    def go_to_write(self, strand: Strand, key: str) -> None:
        while key in strand.stops and not strand.stops[key].is_write:
            self.stage.play(strand, 1)

    def unfinished(self) -> list[Call]:
        """Return the calls whose stories may still be told."""
        ended = {key for key, kept in self.stage.store.kept.items() if kept.finished}
        return [call for call in self.stage.calls if call.key not in ended]

    def is_room(self) -> bool:
        return sum(not strand.ended for strand in self.stage.strands) < MOST_STRANDS

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note if a promise is broken in the block: then there is nothing to settle."""
        self.sound = False
        yield
        self.sound = True


TestStoryLife = StoryLife.TestCase
TestStoryLife.settings = settings.get_profile(LIVES)
