"""A call in the simulation is a call of the product: the same waits, and the same end."""

import pytest

from conteur.domain.circuit import Circuit
from conteur.domain.deadline import Deadline
from conteur.domain.retry import RetryPolicy
from conteur.errors import ConteurError, OpenAIError, OpenAIFailure, OpenAIRateLimitError
from scripts.ops.scaling.figures import REFUSAL_SECONDS
from scripts.ops.scaling.fleet import Instance
from scripts.ops.scaling.telling import TOLD, Calls, Telling
from scripts.ops.scaling.timeline import Timeline
from tests.fakes import ScriptedModel, SerialModel
from tests.use_cases.conftest import STORY, StoryWorld

OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)
NO_CREDIT = OpenAIError("no credit", OpenAIFailure.QUOTA)
MODEL_SECONDS = 26.0  # the deadline's 28, less the 2 that are kept for the last write

Fate = tuple[str, list[float]]
"""How a call ended, and how long it waited between its attempts."""


def limited(seconds: float | None = None) -> ConteurError:
    return OpenAIRateLimitError("too many", retry_after_seconds=seconds)


class Simulated:
    """One instance of the simulation, whose model fails as it is told to."""

    def __init__(self, errors: list[ConteurError | None]) -> None:
        self.timeline = Timeline()
        self.instance = Instance(Circuit(StoryWorld().rule))
        self.asked: list[float] = []
        self._errors = iter(errors)
        self._calls = Calls(self.timeline, self._ask, RetryPolicy(), lambda: 0.5)

    def tell(self, seconds: float = 0.0) -> Fate:
        self.asked.clear()
        ends: list[str] = []
        deadline = Deadline(self.timeline.now + MODEL_SECONDS)
        Telling(self._calls, self.instance, deadline, seconds, ends.append).attempt()
        self.timeline.run()
        waits = zip(self.asked, self.asked[1:], strict=False)
        rests = [round(end - begin - REFUSAL_SECONDS.value, 6) for begin, end in waits]
        return ends[0], rests

    def _ask(self, now: float) -> ConteurError | None:
        self.asked.append(now)
        return next(self._errors)


class Product:
    """The product's own use case, over fakes, whose model fails likewise."""

    def __init__(self, errors: list[ConteurError | None]) -> None:
        self._world = StoryWorld()
        attempts = [ScriptedModel((), one) if one else ScriptedModel(STORY) for one in errors]
        self._world.models = [SerialModel([*attempts, ScriptedModel(STORY)])]

    def tell(self) -> Fate:
        waits = self._world.cancellation.waits
        waits.clear()
        try:
            self._world.tell()
        except ConteurError as error:
            return error.reason, list(waits)
        return TOLD, list(waits)


@pytest.mark.parametrize(
    "errors",
    [
        [None],
        [limited(), None],
        [limited(), limited(), None],
        [limited(), limited(), limited()],
        [limited(0.2), limited(4.0), None],
        [limited(24.5), limited(0.5)],
        [limited(30.0)],
        [OUTAGE, None],
        [OUTAGE, limited(), OUTAGE],
        [NO_CREDIT],
    ],
    ids=str,
)
def test_a_call_is_the_product_s(errors: list[ConteurError | None]) -> None:
    """Attempt by attempt it waits as long as WriteStory does, and ends for the same reason."""
    assert Simulated(errors).tell() == Product(errors).tell()


def test_a_circuit_is_the_product_s() -> None:
    """Call after call meets the same failures, until both circuits are open."""
    simulated, product = Simulated([OUTAGE] * 9), Product([OUTAGE] * 9)
    fates = [(simulated.tell(), product.tell()) for _ in range(4)]
    assert all(ours == theirs for ours, theirs in fates)
    assert [ours[0] for ours, _ in fates] == [*["OPENAI_ERROR"] * 2, *["CIRCUIT_OPEN"] * 2]


def test_a_probe_closes_the_circuit() -> None:
    """After its rest an open circuit lets one call through, whose first words close it."""
    simulated = Simulated([*[OUTAGE] * 6, None])
    simulated.tell()
    simulated.tell()
    timeline, rests = simulated.timeline, list[float]()
    timeline.after(40.0, lambda: None)
    timeline.run()
    for seconds in (0.5, 1.0):
        timeline.after(seconds, lambda: rests.append(simulated.instance.circuit.rest(timeline.now)))
    assert simulated.tell(seconds=3.0)[0] == TOLD
    assert rests == [1.0, 0.0]


def test_a_story_that_takes_too_long_is_cut() -> None:
    """What is not told by the deadline ends there, as TIMEOUT."""
    simulated = Simulated([None])
    assert simulated.tell(seconds=30.0)[0] == "TIMEOUT"
    assert simulated.timeline.now == MODEL_SECONDS
