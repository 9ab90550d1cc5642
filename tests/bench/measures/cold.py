"""From the spawn of the server to the whole answer of its first call, sent to the bound port."""

from tests.bench.load import call
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import checked, ms_since
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, HELLO_WORLD, Peer
from tests.bench.services import UNPACED
from tests.bench.trials import Sample


def trial(stage: Stage, peer: Peer) -> Sample:
    """Start the server, and ask it for a story as soon as its port is bound."""
    stage.services.pace(UNPACED)
    request = peer.call(stage.tokens(1)[0], None, False)  # noqa: FBT003 - a Callable has no names
    with stage.serving(peer) as server:
        server.wait_bound()
        answer = call(server, request)
        told = ms_since(server.started)
    checked([answer], peer, stage)
    return {"story": told}


COLD = Measure(
    name="cold",
    title="Cold start",
    metrics=(Metric("story", "first story told", "ms", drawn=True),),
    peers=(CONTEUR, DOCS_SAMPLE_80, HELLO_WORLD),
    beside=(GENKIT,),
    trial=trial,
    seconds=0.5,
)
