"""A made-up load: a calm hour at whose end the model gets slow and fails now and then."""

import random
from dataclasses import dataclass
from math import sin

from conteur.errors import OpenAIFailure
from conteur.telemetry import guard_metrics as guards
from conteur.telemetry import library_metrics as library
from conteur.telemetry import registry
from conteur.telemetry import store_metrics as store
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import Function, Outcome

TELLING = Function.GENERATE_STORY
MODEL = "gpt-4o-mini"
REASON, KIND = "OPENAI_ERROR", OpenAIFailure.OUTAGE
TROUBLE_SECONDS = 1_700
"""Before the end: when the trouble begins."""
BUDGET_MICROS = 50_000_000
STORY_MICROS = 3_100


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of the load: `left` seconds to the end, `seconds` long; `trouble` is 0 to 1."""

    left: float
    seconds: float

    @property
    def trouble(self) -> float:
        """How badly the model does."""
        return max(0.0, (TROUBLE_SECONDS - self.left) / TROUBLE_SECONDS)

    @property
    def load(self) -> float:
        """The load's share of its mean."""
        return 1 + 0.35 * sin(self.left / 700) + 0.1 * sin(self.left / 130)


class Load:
    """Counts what instances would, the same each time."""

    def __init__(self) -> None:
        self._random = random.Random(7)  # noqa: S311 - a picture, not a secret
        self._spent = 21_000_000
        self._failing = 0.0

    def tell(self, counted: Aggregate, moment: Moment) -> None:
        """Count the stories of one instance."""
        for _ in range(self._times(11 * moment.load, moment)):
            self._story(counted, moment)
        at_once = 2 + self._times(90 * moment.load * (1 + 2 * moment.trouble), Moment(0, 1))
        counted.set(registry.IN_FLIGHT, at_once, function=TELLING)
        counted.set(guards.MEMORY_PERCENT, self._near(44 + 9 * moment.trouble, 2))
        counted.set(guards.CPU_PERCENT, self._near(31 * moment.load, 6))
        counted.set(registry.CIRCUIT_STATE, 0, model=MODEL)
        counted.set(guards.BUDGET_LOAD_MICROS, self._spent)
        counted.set(guards.BUDGET_LIMIT_MICROS, BUDGET_MICROS)
        counted.set(guards.BUDGET_STOPPED, 0)

    def publish(self, counted: Aggregate, moment: Moment) -> None:
        """Count the requests to publish of one instance."""
        for _ in range(self._times(6 * moment.load, moment)):
            result = "blocked" if self._chance(0.06) else "published"
            counted.count(store.PUBLISHES, result=result)
            counted.observe(store.PUBLISH_SECONDS, self._random.lognormvariate(-1.1, 0.4))
            if self._chance(0.03):
                counted.count(store.RETRIED_PUBLISHES)
            self._execution(counted, Function.STORE_API, 0.3)
        counted.set(guards.MEMORY_PERCENT, self._near(28, 1))
        counted.set(guards.CPU_PERCENT, self._near(9 * moment.load, 2))

    def rate(self, counted: Aggregate, moment: Moment) -> None:
        """Count the ratings of one instance."""
        for _ in range(self._times(4 * moment.load, moment)):
            stars = self._random.choices("12345", weights=(1, 2, 6, 26, 48))[0]
            counted.count(library.RATINGS, stars=stars)
            self._execution(counted, Function.RATE_STORY, 0.15)
        counted.set(guards.MEMORY_PERCENT, self._near(21, 1))

    def _story(self, counted: Aggregate, moment: Moment) -> None:
        slow = 1 + 2.4 * moment.trouble
        first, whole = (
            self._random.lognormvariate(-0.2, 0.3),
            self._random.lognormvariate(1.9, 0.25),
        )
        counted.observe(registry.FIRST_TOKEN_SECONDS, first * slow)
        if self._chance(0.01 + 0.25 * moment.trouble):
            counted.count(registry.MODEL_RETRIES, reason=REASON, kind=KIND)
        if self._fails(0.003 + 0.1 * moment.trouble):
            self._execution(counted, TELLING, whole * slow, failed=True)
            return
        self._execution(counted, TELLING, whole * slow)
        counted.observe(registry.GENERATION_SECONDS, whole * slow - 0.2)
        counted.observe(registry.STORY_WORDS, self._random.gauss(420, 90), language="en")
        counted.count(registry.STORY_COST_MICROS, STORY_MICROS, model=MODEL)
        self._spent += STORY_MICROS

    def _execution(
        self, counted: Aggregate, function: Function, seconds: float, *, failed: bool = False
    ) -> None:
        outcome, reason, kind = Outcome.COMPLETED, registry.NO_REASON, "NONE"
        if failed:
            outcome, reason, kind = Outcome.FAILED, REASON, KIND
        elif self._chance(0.02):
            outcome, reason = Outcome.REFUSED, "USER_QUOTA"
        counted.observe(registry.EXECUTION_SECONDS, seconds, function=function, outcome=outcome)
        counted.count(
            registry.EXECUTIONS, function=function, outcome=outcome, reason=reason, kind=kind
        )

    def _times(self, a_minute: float, moment: Moment) -> int:
        """Return how many events there are in a step, about as many as there should be."""
        mean = a_minute * moment.seconds / 60
        return max(0, round(self._random.gauss(mean, mean**0.5 / 2)))

    def _fails(self, share: float) -> bool:
        """Tell whether it is one story's turn: by chance, so few would not be the share."""
        self._failing += share
        failed = self._failing >= 1
        self._failing -= failed
        return failed

    def _near(self, value: float, spread: float) -> int:
        return round(self._random.gauss(value, spread))

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
