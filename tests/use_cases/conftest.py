"""The story's use cases over fakes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import pytest

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.budget import BudgetRule
from conteur.domain.circuit import CircuitRule
from conteur.domain.knobs import Knobs
from conteur.domain.model_events import Finish, Finished, TextDelta, Usage
from conteur.domain.prices import Price, PriceTable
from conteur.domain.quota import QuotaRule, Standing, Tier
from conteur.domain.retry import RetryPolicy
from conteur.domain.story_request import StoryRequest
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import Counter, Gauge
from conteur.use_cases.admit_story import AdmitStory
from conteur.use_cases.budget_watch import BudgetWatch
from conteur.use_cases.custody import Custody
from conteur.use_cases.door import Door
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.guarded_model import GuardedModel
from conteur.use_cases.moderation import Moderation
from conteur.use_cases.network_watch import NetworkWatch
from conteur.use_cases.orders import StoryOrder, ToldStory, Wish
from conteur.use_cases.prepare_order import PrepareOrder
from conteur.use_cases.write_story import WriteStory
from tests.fake_moderator import FakeModerator
from tests.fake_store import FakeBudgets, FakeStore
from tests.fakes import (
    FakeCancellation,
    FakeClock,
    FakeLoad,
    FakeOutbox,
    FakeTimers,
    ScriptedModel,
    SerialModel,
)
from tests.guard_fakes import FakeNetworks

REQUEST = StoryRequest(
    request_id="4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f",
    prompt="a fox who is afraid of the dark",
    language="en",
    words=50,
)
PROMPTS = load_prompt_shelf("story-2", "mark-of-tests")
END = Finished(Finish.STOP, Usage(input_tokens=10, output_tokens=20), "scripted-1")
PRICE = Price(input_micros=1_000_000, output_micros=2_000_000, since=date(2026, 1, 1))
COST = 50  # micro-dollars, of END's usage
DAY = "2026-01-01"  # FakeClock's
STORY = (TextDelta("The Brave Fox\n\nOnce "), TextDelta("there was a fox."), END)
# One that nothing is wrong with, as far as can be told: the other is short.
GOOD_STORY = (
    TextDelta(
        "The Brave Fox\n\nOnce there was a fox who was afraid of the dark. Each night she hid "
        "under the roots of the old oak and counted the stars until they were gone. Then the moon "
        "told her that the dark is only a blanket, and she slept."
    ),
    END,
)


class Counters(NamedTuple):
    """A user's counters of a day, and those of the day's budget."""

    stories: int = 0
    running: int = 0
    reserved: int = 0
    settled: int = 0
    given_back: int = 0


@dataclass
class HeardStory:
    """A listener that remembers."""

    story_id: str = ""
    pieces: list[str] = field(default_factory=list)
    taken_back_after: list[str] = field(default_factory=list)
    blocked: bool = False
    on_heard: Callable[[], None] = lambda: None

    def started(self, story_id: str) -> None:
        self.story_id = story_id

    def heard(self, text: str) -> None:
        self.pieces.append(text)
        self.on_heard()

    def taken_back(self, *, blocked: bool = False) -> None:
        self.blocked = blocked
        self.taken_back_after.append(self.text)
        self.pieces.clear()

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class StoryWorld:
    """Everything that telling a story touches. `model` tells, or `models` where there are any.

    It is one instance; several may share a clock and a store.
    """

    def __init__(self, clock: FakeClock | None = None, stories: FakeStore | None = None) -> None:
        self.clock = clock or FakeClock()
        self.stories = stories or FakeStore()
        self.outbox = FakeOutbox()
        self.timers = FakeTimers(self.clock)
        self.budgets = FakeBudgets(self.stories)
        self.quota = QuotaRule()
        self.budget = BudgetRule()
        self.quoted = 100
        self.door = Door(self.clock)
        self.tier = Tier.SIGNED_IN
        self.turned = Knobs(models=())
        self.given: frozenset[str] = frozenset()
        self.address = ""
        self.moderator = FakeModerator()
        self.model = ScriptedModel(STORY)
        self.models: list[SerialModel] = []
        self.rule = CircuitRule()
        self.cancellation = FakeCancellation(self.clock)
        self.load = FakeLoad()
        self.meter = Aggregate()
        self.networks = NetworkWatch(FakeNetworks(), self.clock, at_once, self.meter)
        self.listener = HeardStory()
        self.uid = "alice"
        self.queued = 0.0
        self._guarded: dict[int, GuardedModel] = {}

    def break_off(self, error: BaseException) -> None:
        """Have the model fail after its first words."""
        self.model = ScriptedModel(STORY[:1], error)

    def order(self, request: StoryRequest = REQUEST) -> StoryOrder:
        wish = Wish(
            self.uid,
            request,
            received=self.clock.monotonic() - self.queued,
            cancellation=self.cancellation,
            given=self.given,
            queued=self.queued,
            tier=self.tier,
            address=self.address,
        )
        return self.prepare()(wish)

    def knobs(self) -> Knobs:
        """Return the knobs as they stand, over the limits that a test has set."""
        return replace(
            self.turned,
            models=tuple(model.name for model in self._models()),
            quota=self.quota,
            budget_micros=self.budget.micros_a_day,
        )

    def prepare(self) -> PrepareOrder:
        return PrepareOrder(
            self.knobs, PROMPTS, lambda: self.stories, self.clock, context_words=100
        )

    def tell(self, request: StoryRequest = REQUEST) -> ToldStory:
        generate = GenerateStory(
            admit=self.admit(),
            networks=self.networks,
            write=self._write(),
            custody=self.custody(),
            clock=self.clock,
            load=self.load,
            meter=self.meter,
        )
        return generate(self.order(request), self.listener)

    def admit(self) -> AdmitStory:
        """Return admission to an instance that has just started, but for its door."""
        return AdmitStory(
            self.stories,
            self.door,
            BudgetWatch(self.budgets, self.budget.micros_a_day, self.clock, at_once, self.meter),
            quote=lambda _order: self.quoted,
            shard=lambda: 0,
            clock=self.clock,
        )

    def custody(self) -> Custody:
        return Custody(self.stories, self.outbox, self.clock, self.timers, at_once, self.meter)

    def counters(self, day: str = DAY) -> Counters:
        """Return what the store has counted of `day`."""
        user = self.stories.standings.get((self.uid, day), Standing())
        shards = [shard for (its_day, _), shard in self.stories.shards.items() if its_day == day]
        return Counters(
            user.stories,
            user.running,
            reserved=sum(shard.reserved for shard in shards),
            settled=sum(shard.settled for shard in shards),
            given_back=sum(shard.given_back for shard in shards),
        )

    def counted(self, metric: Counter | Gauge) -> dict[tuple[str, ...], int]:
        """Return the metric's numbers that are not 0, by their labels."""
        return {
            series.labels: series.value
            for series in self.meter.snapshot().series
            if series.metric is metric and isinstance(series.value, int) and series.value
        }

    def _write(self) -> WriteStory:
        models = self._models()
        return WriteStory(
            models={model.name: self._guard(model) for model in models},
            moderation=Moderation(lambda: self.moderator, self.clock, self.meter),
            prices=PriceTable({model.name: PRICE for model in models}),
            policy=RetryPolicy(),
            clock=self.clock,
            meter=self.meter,
            jitter=lambda: 0.5,
        )

    def _models(self) -> Sequence[ScriptedModel | SerialModel]:
        return self.models or [self.model]

    def _guard(self, model: ScriptedModel | SerialModel) -> GuardedModel:
        """Return the model behind its circuit, which lives as long as the world."""
        new = GuardedModel(model, self.rule, self.clock, self.meter)
        return self._guarded.setdefault(id(model), new)


def at_once(action: Callable[[], None]) -> None:
    """Run a background action before its caller goes on."""
    action()


@pytest.fixture
def world() -> StoryWorld:
    return StoryWorld()
