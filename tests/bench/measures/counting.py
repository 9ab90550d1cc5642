"""What metrics cost on a request's path: the CPU of counting all that one story counts."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from typing import cast
from uuid import UUID

from conteur.domain.story_request import StoryRequest
from conteur.entrypoints.observation import CallObserver
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.metric import Metric as AnyMetric
from conteur.telemetry.registry import Counter, Distribution, Function, Gauge, Outcome
from conteur.use_cases.admit_story import AdmitStory
from conteur.use_cases.orders import StoryOrder
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.peers import CONTEUR, Peer
from tests.bench.trials import Sample
from tests.fakes import FakeLoad, ScriptedModel
from tests.use_cases.conftest import GOOD_STORY, REQUEST, StoryWorld

BATCHES, STORIES = 100, 100  # the clock itself takes a good part of a microsecond
WARM_BATCHES = 10

Counting = Callable[[Aggregate], None]
"""Counts into an aggregate what one story counts."""


@dataclass(frozen=True)
class Step:
    """One thing that a story counts, to be counted again."""

    method: str
    metric: AnyMetric
    value: float
    labels: Mapping[str, str]


class RecordingMeter(Aggregate):
    """An aggregate that remembers what it was asked to count."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        super().__init__()

    def count(self, metric: Counter, by: int = 1, **labels: str) -> None:
        super().count(metric, by, **labels)
        self.steps.append(Step("count", metric, by, labels))

    def set(self, metric: Gauge, value: int, **labels: str) -> None:
        super().set(metric, value, **labels)
        self.steps.append(Step("set", metric, value, labels))

    def observe(self, metric: Distribution, value: float, **labels: str) -> None:
        super().observe(metric, value, **labels)
        self.steps.append(Step("observe", metric, value, labels))


class Instance(StoryWorld):
    """An instance that is built once, and tells stories with a recording meter."""

    def __init__(self) -> None:
        super().__init__()
        self.model = ScriptedModel(GOOD_STORY)
        self.recording = RecordingMeter()
        self.meter = self.recording
        self._admit = super().admit()

    def admit(self) -> AdmitStory:
        return self._admit

    def order(self, request: StoryRequest = REQUEST) -> StoryOrder:
        """Begin a request, and forget what was counted while its use case was built."""
        self.recording.steps.clear()
        return super().order(request)


class NoSink:
    """Takes every snapshot: what is sent is sent beside requests."""

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        del snapshot, timeout


def steps_of_a_story() -> Sequence[Step]:
    """Return what a story counts: the second one, as the first has the budget read."""
    instance = Instance()
    meter = instance.recording
    observer = CallObserver(Function.GENERATE_STORY, "demo-conteur", meter, _flusher(meter))
    with redirect_stdout(StringIO()):
        for number in range(2):
            observer.started({}, "made-here")
            instance.tell(replace(REQUEST, request_id=str(UUID(int=number))))
            observer.ended(None, seconds=1.0, queued=0.0)
    return meter.steps


def written_out(steps: Sequence[Step]) -> Counting:
    """Return all steps as one function, whose calls are as the product's are: keywords and all.

    Keywords that come out of a mapping are packed once more, at half the cost of the event.
    """
    names: dict[str, object] = {}
    lines = [f"    meter.{step.method}({_arguments(step, names)})\n" for step in steps]
    source = f"def count_a_story(meter):\n{''.join(lines)}"
    exec(source, names)  # noqa: S102 - made of the product's own names only
    return cast("Counting", names["count_a_story"])


def _arguments(step: Step, names: dict[str, object]) -> str:
    """Return the arguments as source, after each has become one of `names`."""

    def named(value: object) -> str:
        name = f"argument_{len(names)}"
        names[name] = value
        return name

    labels = (f"{label}={named(value)}" for label, value in step.labels.items())
    return ", ".join((named(step.metric), named(step.value), *labels))


def trial(stage: Stage, peer: Peer) -> Sample:
    """Count the same story again and again, with the begin and the end of its request.

    The fastest batch tells: what else the machine does makes code slower, never faster.
    https://docs.python.org/3/library/timeit.html#timeit.Timer.repeat
    """
    del stage, peer
    steps, meter = steps_of_a_story(), Aggregate()
    flusher = _flusher(meter)
    count = written_out(steps)
    batches = [_batch(count, meter, flusher) for _ in range(WARM_BATCHES + BATCHES)]
    return {"cpu": min(batches[WARM_BATCHES:]) / 1000, "events": len(steps)}


def _batch(count: Counting, meter: Aggregate, flusher: Flusher) -> float:
    """Return the CPU nanoseconds a story, without the flush, which another thread does."""
    completed = Outcome.COMPLETED
    began = time.thread_time_ns()
    for _ in range(STORIES):
        flusher.on_request_start()
        count(meter)
        flusher.on_request_end(completed)
    spent = time.thread_time_ns() - began
    meter.snapshot()
    return spent / STORIES


def _flusher(meter: Aggregate) -> Flusher:
    state = InstanceState(meter, Function.GENERATE_STORY, FakeLoad())
    return Flusher(meter, NoSink(), state)


COUNTING = Measure(
    name="metrics",
    title="Metrics on a request's path",
    metrics=(
        Metric("cpu", "CPU of what a story counts", "us"),
        Metric("events", "events that it counts", "events"),
    ),
    peers=(CONTEUR,),
    beside=(),
    trial=trial,
    seconds=0.0,
)
