"""What metrics cost on a request's path: the CPU of counting all that one story counts."""

import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from operator import methodcaller
from uuid import UUID

from conteur.domain.story_request import StoryRequest
from conteur.entrypoints.observation import CallObserver
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.registry import Counter, Distribution, Function, Gauge
from conteur.use_cases.admit_story import AdmitStory
from conteur.use_cases.orders import StoryOrder
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.peers import CONTEUR, Peer
from tests.bench.trials import Sample
from tests.fakes import ScriptedModel
from tests.use_cases.conftest import GOOD_STORY, REQUEST, StoryWorld

BATCHES, STORIES = 100, 100  # the clock itself takes a good part of a microsecond
WARM_BATCHES = 10

Step = Callable[[Aggregate], object]
"""One thing that a story counts, to be counted again."""


class RecordingMeter(Aggregate):
    """An aggregate that remembers what it was asked to count."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        super().__init__()

    def count(self, metric: Counter, by: int = 1, **labels: str) -> None:
        super().count(metric, by, **labels)
        self.steps.append(methodcaller("count", metric, by, **labels))

    def set(self, metric: Gauge, value: int, **labels: str) -> None:
        super().set(metric, value, **labels)
        self.steps.append(methodcaller("set", metric, value, **labels))

    def observe(self, metric: Distribution, value: float, **labels: str) -> None:
        super().observe(metric, value, **labels)
        self.steps.append(methodcaller("observe", metric, value, **labels))


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


def trial(stage: Stage, peer: Peer) -> Sample:
    """Count the same story again and again, with the begin and the end of its request.

    The fastest batch tells: what else the machine does makes code slower, never faster.
    https://docs.python.org/3/library/timeit.html#timeit.Timer.repeat
    """
    del stage, peer
    steps, meter = steps_of_a_story(), Aggregate()
    flusher = _flusher(meter)
    batches = [_batch(steps, meter, flusher) for _ in range(WARM_BATCHES + BATCHES)]
    return {"cpu": min(batches[WARM_BATCHES:]) / 1000, "events": len(steps)}


def _batch(steps: Sequence[Step], meter: Aggregate, flusher: Flusher) -> float:
    """Return the CPU nanoseconds a story, without the flush, which another thread does."""
    began = time.thread_time_ns()
    for _ in range(STORIES):
        flusher.on_request_start()
        for step in steps:
            step(meter)
        flusher.on_request_end()
    spent = time.thread_time_ns() - began
    meter.snapshot()
    return spent / STORIES


def _flusher(meter: Aggregate) -> Flusher:
    return Flusher(meter, NoSink())


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
