"""From the spawn of the server to its refusal of a first call that has no token."""

from tests.bench.load import call
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import WrongAnswerError, checked, ms_since
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, HELLO_WORLD, Peer
from tests.bench.trials import Sample

UNAUTHENTICATED = 401
NOBODY = ""


def trial(stage: Stage, peer: Peer) -> Sample:
    """Start the server, and call it without a token; the floor asks for none, and answers."""
    request = peer.call(NOBODY, None, False)  # noqa: FBT003 - a Callable has no names
    with stage.serving(peer) as server:
        server.wait_bound()
        answer = call(server, request)
        answered = ms_since(server.started)
    if peer is HELLO_WORLD:
        checked([answer], peer, stage)
    elif answer.status != UNAUTHENTICATED:
        raise WrongAnswerError(
            f"{peer.title} answered a call without a token with status {answer.status} instead of"
            f" {UNAUTHENTICATED}: mend it before it is measured."
        )
    return {"answer": answered}


REFUSED = Measure(
    name="refused",
    title="Cold start",
    metrics=(Metric("answer", "first refused request", "ms", drawn=True),),
    peers=(CONTEUR, HELLO_WORLD),
    beside=(DOCS_SAMPLE_80,),
    trial=trial,
    seconds=0.2,
)
