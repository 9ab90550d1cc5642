"""What a server itself adds to a whole answer: the model takes no time at all."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.load import Answer
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import cpu_ms, tell, warm_server
from tests.bench.peers import CONTEUR, DOCS_SAMPLE, DOCS_SAMPLE_80, GENKIT, Peer
from tests.bench.serving import Server
from tests.bench.trials import Sample, percentile


class Level(NamedTuple):
    """How many calls go on at once, and how many are made in all."""

    at_once: int
    calls: int


MANY = 80
LEVELS = (Level(1, 300), Level(10, 600), Level(MANY, 800))


def trial(stage: Stage, peer: Peer) -> Sample:
    """Tell stories at each level to a server that is warm."""
    with warm_server(stage, peer, max(level.at_once for level in LEVELS)) as server:
        parts = [_at(level, stage, peer, server) for level in LEVELS]
    return {name: figure for part in parts for name, figure in part.items()}


def _at(level: Level, stage: Stage, peer: Peer, server: Server) -> Sample:
    answers: list[Answer] = []
    count = max(2 * level.at_once, stage.some(level.calls))

    def work() -> None:
        answers.extend(tell(stage, server, peer, count=count, at_once=level.at_once))

    used = cpu_ms(server, work)
    return {**_delays(level, answers), f"cpu-{level.at_once}": used / count}


def _delays(level: Level, answers: Sequence[Answer]) -> Sample:
    delays = [answer.total_ms for answer in answers]
    return {f"p{percent}-{level.at_once}": percentile(delays, percent) for percent in (50, 95)}


def _metrics(at_once: int) -> tuple[Metric, ...]:
    return (
        Metric(f"p50-{at_once}", f"delay p50, {at_once} at once", "ms", drawn=at_once < MANY),
        Metric(f"p95-{at_once}", f"delay p95, {at_once} at once", "ms", drawn=True),
        Metric(f"cpu-{at_once}", f"CPU a request, {at_once} at once", "ms", drawn=at_once < MANY),
    )


UNPACED_STORIES = Measure(
    name="unpaced",
    title="Model of 0 ms",
    metrics=tuple(metric for level in LEVELS for metric in _metrics(level.at_once)),
    peers=(CONTEUR, DOCS_SAMPLE_80),
    beside=(DOCS_SAMPLE, GENKIT),
    trial=trial,
    seconds=5.0,
)
