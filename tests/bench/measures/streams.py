"""Eighty streams at once, each as slow as a model's: whether one instance keeps up with them."""

import time
from collections.abc import Sequence

from tests.bench.load import Answer
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import STREAMED, cpu_ms, tell, warm_server
from tests.bench.peers import CONTEUR, DOCS_SAMPLE, DOCS_SAMPLE_80, GENKIT, Peer
from tests.bench.services import PACED
from tests.bench.trials import Sample, percentile

AT_ONCE = 80
WAVES = 4
WAVES_OF_FEW_THREADS = 2  # each takes ten times as long
UPSTREAM_MS = PACED.first_ms + PACED.gap_ms * (PACED.tokens - 1)


def trial(stage: Stage, peer: Peer) -> Sample:
    """Stream stories to eighty connections, each asking again when its story is told."""
    waves = WAVES_OF_FEW_THREADS if peer is DOCS_SAMPLE else WAVES
    count, answers = AT_ONCE * stage.some(waves), list[Answer]()

    def work() -> None:
        answers.extend(tell(stage, server, peer, count=count, at_once=AT_ONCE, stream=STREAMED))

    with warm_server(stage, peer, AT_ONCE, STREAMED) as server:
        stage.services.pace(PACED)
        began = time.monotonic()
        used = cpu_ms(server, work)
        rate = count / (time.monotonic() - began)
        memory = server.figures().pss_mb
    return {**figures(answers, rate), "cpu": used / count, "memory": memory}


def figures(answers: Sequence[Answer], rate: float) -> Sample:
    """Return what the answers show; `rate` is how many stories a second they were."""
    firsts = [answer.first_ms for answer in answers if answer.first_ms is not None]
    added = [answer.total_ms - UPSTREAM_MS for answer in answers]
    ideal = 1000 * AT_ONCE / UPSTREAM_MS
    return {
        "first-p50": percentile(firsts, 50),
        "first-p95": percentile(firsts, 95),
        "first-p95-of-upstream": percentile(firsts, 95) / PACED.first_ms,
        "added-p50": percentile(added, 50),
        "added-p95": percentile(added, 95),
        "stories": rate,
        "of-ideal": 100 * rate / ideal,
    }


STREAMS = Measure(
    name="streams",
    title=f"{AT_ONCE} streams",
    metrics=(
        Metric("first-p50", "first token p50", "ms"),
        Metric("first-p95", "first token p95", "ms", drawn=True),
        Metric("first-p95-of-upstream", "first token p95, of the model's own", "times"),
        Metric("added-p50", "delay added in all p50", "ms"),
        Metric("added-p95", "delay added in all p95", "ms", drawn=True),
        Metric("cpu", "CPU a story", "ms", drawn=True),
        Metric("memory", "memory after them (PSS)", "MB", drawn=True),
        Metric("stories", "throughput", "stories/s", DOCS_SAMPLE, more_is_better=True, drawn=True),
        Metric("of-ideal", "throughput, of the ideal", "%", more_is_better=True),
    ),
    peers=(CONTEUR, DOCS_SAMPLE_80, DOCS_SAMPLE),
    beside=(GENKIT,),
    trial=trial,
    seconds=10.5,
)
