"""What a story asks of other services: exact counts over an instance's whole life."""

from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import tell
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, Peer
from tests.bench.services import UNPACED, Counts
from tests.bench.trials import Sample

STORIES = 200
AT_ONCE = 10


def trial(stage: Stage, peer: Peer) -> Sample:
    """Tell stories from the server's start to its end, which sends the last metrics."""
    stage.services.pace(UNPACED)
    before = stage.services.counts()
    with stage.serving(peer, gracefully=True) as server:
        server.wait_bound()
        tell(stage, server, peer, count=STORIES, at_once=AT_ONCE)
    return a_story(stage.services.counts() - before, STORIES)


def a_story(counts: Counts, stories: int) -> Sample:
    """Return the counts divided by the stories."""
    total = {
        "firestore": sum(counts.firestore.values()),
        "writes": counts.writes,
        "reads": counts.reads,
        "monitoring": counts.monitoring,
        "secrets": counts.secrets,
        "upstream": counts.upstream,
        **{f"firestore-{method}": calls for method, calls in counts.firestore.items()},
    }
    return {name: count / stories for name, count in total.items()}


OPERATIONS = Measure(
    name="counts",
    title="A story",
    metrics=(
        Metric("firestore", "Firestore calls", "calls"),
        Metric("writes", "Firestore documents written", "documents"),
        Metric("reads", "Firestore documents read", "documents"),
        Metric("monitoring", "Monitoring calls", "calls"),
        Metric("secrets", "Secret Manager calls", "calls"),
        Metric("upstream", "model calls", "calls"),
    ),
    peers=(CONTEUR, DOCS_SAMPLE_80),
    beside=(GENKIT,),
    trial=trial,
    seconds=5.0,
    counted=True,
    rounds=1,
)
