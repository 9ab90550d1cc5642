"""What a server itself adds to an answer, whole or streamed: the model takes no time at all."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.load import Answer
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import STREAMED, WHOLE, cpu_ms, tell, warm_server
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, Peer
from tests.bench.serving import Server
from tests.bench.trials import Sample, percentile


class Load(NamedTuple):
    """Which answers are asked for, how many at once, and how many in all."""

    kind: str
    at_once: int
    calls: int

    @property
    def streamed(self) -> bool:
        """Whether the answers are streams."""
        return self.kind == "streamed"

    def named(self, figure: str) -> str:
        """Return the name of a figure of this load."""
        return f"{self.kind}-{figure}-{self.at_once}"


MANY = 80
LOADS = (
    Load("whole", 1, 200),
    Load("whole", 10, 300),
    Load("whole", MANY, 400),
    Load("streamed", 1, 100),
    Load("streamed", 10, 200),
    Load("streamed", MANY, 240),
)


def trial(stage: Stage, peer: Peer) -> Sample:
    """Have each load's stories told by a server that is warm."""
    with warm_server(stage, peer, MANY, WHOLE, STREAMED) as server:
        parts = [_under(load, stage, peer, server) for load in LOADS]
    return {name: figure for part in parts for name, figure in part.items()}


def _under(load: Load, stage: Stage, peer: Peer, server: Server) -> Sample:
    answers: list[Answer] = []
    count, at_once = max(2 * load.at_once, stage.some(load.calls)), load.at_once

    def work() -> None:
        told = tell(stage, server, peer, count=count, at_once=at_once, stream=load.streamed)
        answers.extend(told)

    used = cpu_ms(server, work)
    return {**_delays(load, answers), load.named("cpu"): used / count}


def _delays(load: Load, answers: Sequence[Answer]) -> Sample:
    delays = [answer.total_ms for answer in answers]
    return {load.named(f"p{percent}"): percentile(delays, percent) for percent in (50, 95)}


def _metrics(load: Load) -> tuple[Metric, ...]:
    at, few = f"{load.kind}, {load.at_once} at once", load.at_once < MANY
    return (
        Metric(load.named("p50"), f"{at}: delay p50", "ms", drawn=few),
        Metric(load.named("p95"), f"{at}: delay p95", "ms", drawn=True),
        Metric(load.named("cpu"), f"{at}: CPU a request", "ms", drawn=few),
    )


UNPACED_STORIES = Measure(
    name="unpaced",
    title="Model of 0 ms",
    metrics=tuple(metric for load in LOADS for metric in _metrics(load)),
    peers=(CONTEUR, DOCS_SAMPLE_80),
    beside=(GENKIT,),
    trial=trial,
    seconds=8.0,
)
