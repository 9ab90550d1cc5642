"""What a story takes beyond its model's own time, where every other service is 30 ms away."""

from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import STREAMED, tell, warm_server
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, Peer
from tests.bench.services import Pace
from tests.bench.trials import Sample, percentile

ROUND_TRIP_MS = 30.0
BRIEF = Pace(first_ms=50, gap_ms=0, tokens=40)
STORIES = 40


def trial(stage: Stage, peer: Peer) -> Sample:
    """Stream one story after the other to a server that is warm."""
    with warm_server(stage, peer, 1, STREAMED) as server:
        stage.services.pace(BRIEF)
        answers = tell(stage, server, peer, count=stage.some(STORIES), at_once=1, stream=STREAMED)
    added = [answer.total_ms - BRIEF.first_ms for answer in answers]
    return {"added-p50": percentile(added, 50), "added-p95": percentile(added, 95)}


FAR_SERVICES = Measure(
    name="services",
    title=f"With services of {ROUND_TRIP_MS:g} ms",
    metrics=(
        Metric("added-p50", "delay added p50", "ms", drawn=True),
        Metric("added-p95", "delay added p95", "ms"),
    ),
    peers=(CONTEUR, DOCS_SAMPLE_80),
    beside=(GENKIT,),
    trial=trial,
    seconds=5.0,
    round_trip_ms=ROUND_TRIP_MS,
)
