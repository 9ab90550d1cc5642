"""One simulated process of `generate_story`, and the jobs of the other functions."""

from collections.abc import Callable
from datetime import date

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.budget import BudgetRule
from conteur.domain.circuit import CircuitRule
from conteur.domain.deadline import Deadline
from conteur.domain.knobs import Knobs
from conteur.domain.prices import Price, PriceTable
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.retry import RetryPolicy
from conteur.domain.story import UnsavedStory
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.admit_story import AdmitStory
from conteur.use_cases.budget_watch import BudgetWatch
from conteur.use_cases.custody import Custody
from conteur.use_cases.door import Door
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.guarded_model import GuardedModel
from conteur.use_cases.moderation import Moderation
from conteur.use_cases.network_watch import NetworkWatch
from conteur.use_cases.orders import ToldStory, Wish
from conteur.use_cases.prepare_order import PrepareOrder
from conteur.use_cases.save_story import SaveStory
from conteur.use_cases.sweep_stories import SweepStories
from conteur.use_cases.write_story import WriteStory
from tests.fake_moderator import FakeModerator
from tests.fake_store import FakeStore
from tests.fakes import FakeLoad
from tests.guard_fakes import FakeNetworks
from tests.properties.calls import Call
from tests.properties.gated_store import GatedBudgets, GatedOutbox, GatedStories, SweptStories
from tests.properties.gated_world import GatedCancellation, GatedModel, GatedTimers
from tests.properties.stage import Stage
from tests.properties.strands import Strand, Verdict, current

CALL_SECONDS = 28.0
JOB_SECONDS = 60.0
QUOTED = 100  # micro-dollars
QUOTA = QuotaRule(signed_in=Limits(4, 2), anonymous=Limits(2, 1))
PROMPTS = load_prompt_shelf("story-2", "mark-of-tests")
PRICES = PriceTable({GatedModel.name: Price(1_000_000, 2_000_000, date(2026, 1, 1))})


class Instance:
    """A process: what it remembers, and the use cases that share it."""

    def __init__(self, stage: Stage, budget: BudgetRule) -> None:
        self._stage = stage
        self._meter = Aggregate()
        self._model = GuardedModel(GatedModel(stage), CircuitRule(), stage.clock, self._meter)
        self.alive = True
        self.door = Door(stage.clock)
        self.watch = BudgetWatch(
            GatedBudgets(stage), budget.micros_a_day, stage.clock, self._background, self._meter
        )
        self._knobs = Knobs(
            models=(GatedModel.name,),
            deadline_seconds=CALL_SECONDS,
            quota=QUOTA,
            budget_micros=budget.micros_a_day,
        )

    def call(self, call: Call) -> None:
        """Begin to answer the call."""
        now = self._stage.clock.monotonic()
        wish = Wish(
            call.uid,
            call.request,
            received=now,
            cancellation=GatedCancellation(),
            tier=call.tier,
        )
        prepare = PrepareOrder(
            lambda: self._knobs, PROMPTS, FakeStore, self._stage.clock, context_words=100
        )
        order = prepare(wish)
        generate = self._generate(call)

        def answer() -> ToldStory:
            call.strand = current()
            return generate(order, call)

        self._stage.calls.append(call)
        self._stage.spawn("call", self, answer)

    def _generate(self, call: Call) -> GenerateStory:
        stage = self._stage
        stories = GatedStories(stage)
        return GenerateStory(
            admit=AdmitStory(
                stories,
                self.door,
                self.watch,
                quote=lambda _order: QUOTED,
                shard=lambda: call.shard,
                clock=stage.clock,
                new_holder=lambda: call.holder,
            ),
            networks=NetworkWatch(FakeNetworks(), stage.clock, self._background, self._meter),
            write=self._write(),
            custody=Custody(
                stories,
                GatedOutbox(stage),
                stage.clock,
                GatedTimers(stage, lambda: self.alive),
                self._background,
                self._meter,
            ),
            clock=stage.clock,
            load=FakeLoad(),
            meter=self._meter,
        )

    def _write(self) -> WriteStory:
        return WriteStory(
            models={GatedModel.name: self._model},
            moderation=Moderation(FakeModerator, self._stage.clock, self._meter),
            prices=PRICES,
            policy=RetryPolicy(max_attempts=2),
            clock=self._stage.clock,
            meter=self._meter,
            jitter=lambda: 0.5,
        )

    def _background(self, action: Callable[[], None]) -> None:
        def begin() -> None:
            current().stand("begins", (Verdict.GO,))
            action()

        self._stage.spawn("background", self, begin)


def sweep(stage: Stage, *, backwards: bool) -> Strand:
    """Begin a run of the sweep, over the shards in this order or the other."""
    stories = SweptStories(stage)
    shuffle = list[int].reverse if backwards else _leave
    sweeping = SweepStories(stories, stories, stage.clock, Aggregate(), shuffle)
    deadline = Deadline(stage.clock.monotonic() + JOB_SECONDS)
    return stage.spawn("sweep", object(), lambda: sweeping(deadline))


def deliver(stage: Stage, unsaved: UnsavedStory) -> Strand:
    """Begin a delivery of what the outbox has taken."""
    save = SaveStory(GatedStories(stage), stage.clock, Aggregate())
    return stage.spawn("delivery", object(), lambda: save(unsaved))


def _leave(_shards: list[int]) -> None:
    pass
