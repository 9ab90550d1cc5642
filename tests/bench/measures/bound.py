"""From the spawn of the server to its port: what an instance's start costs before any request."""

from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, HELLO_WORLD, Peer
from tests.bench.trials import Sample


def trial(stage: Stage, peer: Peer) -> Sample:
    """Start the server, and wait for its port."""
    with stage.serving(peer) as server:
        return {"bound": 1000 * server.wait_bound()}


BOUND = Measure(
    name="bound",
    title="Start",
    metrics=(Metric("bound", "port bound", "ms", drawn=True),),
    peers=(CONTEUR, DOCS_SAMPLE_80),
    beside=(HELLO_WORLD, GENKIT),
    trial=trial,
    seconds=0.0,
)
