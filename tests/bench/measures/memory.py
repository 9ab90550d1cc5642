"""The memory of the whole process tree: proportional set size, which counts shared pages once."""

from tests.bench.load import call
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import checked, tell
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, HELLO_WORLD, Peer
from tests.bench.services import UNPACED
from tests.bench.trials import Sample

CALLS = 2000
AT_ONCE = 10


def trial(stage: Stage, peer: Peer) -> Sample:
    """Look after the first story, when all is loaded that a story needs, and after many."""
    stage.services.pace(UNPACED)
    request = peer.call(stage.tokens(1)[0], None, False)  # noqa: FBT003 - a Callable has no names
    with stage.serving(peer) as server:
        server.wait_bound()
        checked([call(server, request)], peer, stage)
        first = server.figures().pss_mb
        tell(stage, server, peer, count=CALLS, at_once=AT_ONCE)
        return {"first": first, "after": server.figures().pss_mb}


MEMORY = Measure(
    name="memory",
    title="Memory (PSS)",
    metrics=(
        Metric("first", "after the first story", "MB"),
        Metric("after", f"after {CALLS:,} requests", "MB", drawn=True),
    ),
    peers=(CONTEUR, DOCS_SAMPLE_80),
    beside=(HELLO_WORLD, GENKIT),
    trial=trial,
    seconds=5.0,
)
