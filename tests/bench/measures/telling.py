"""Servers that tell stories, and what becomes of their answers: the parts of most trials."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from scripts.local.errors import LocalStackError
from tests.bench.load import Answer, calls
from tests.bench.measures.measure import Stage
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, Peer
from tests.bench.services import UNPACED
from tests.bench.serving import Server

WARM_CALLS = 10  # and two for each connection
WHOLE, STREAMED = False, True
UNCOUNTED = 50


class WrongAnswerError(LocalStackError):
    """A peer did not do its job, so its figures would mean nothing."""


@contextmanager
def warm_server(stage: Stage, peer: Peer, at_once: int, *kinds: bool) -> Iterator[Server]:
    """Serve `peer`; the block begins when it has told stories of these kinds.

    It has told them to so many connections, and whole or streamed as they are asked for later.
    """
    stage.services.pace(UNPACED)
    count = 2 * at_once + WARM_CALLS
    with stage.serving(peer) as server:
        server.wait_bound()
        for stream in kinds:
            tell(stage, server, peer, count=count, at_once=at_once, stream=stream)
        yield server


def warm_services(stage: Stage) -> None:
    """Have stories told that nobody measures: the emulator's JVM is slow at its first calls.

    The product calls Firestore in all the ways that peers do, and the sample calls Monitoring most.
    """
    for peer in (CONTEUR, DOCS_SAMPLE_80):
        with warm_server(stage, peer, 1, WHOLE) as server:
            tell(stage, server, peer, count=UNCOUNTED, at_once=10, stream=STREAMED)


def tell(
    stage: Stage, server: Server, peer: Peer, *, count: int, at_once: int, stream: bool = False
) -> Sequence[Answer]:
    """Have `count` stories told, and return the answers. Raises WrongAnswerError."""
    requests = [peer.call(token, None, stream) for token in stage.tokens(count)]
    return checked(calls(server, requests, at_once), peer, stage)


def checked(answers: Sequence[Answer], peer: Peer, stage: Stage) -> Sequence[Answer]:
    """Return the answers if each is a whole story. Raises WrongAnswerError."""
    wrong = [answer for answer in answers if not answer.ok]
    if wrong:
        raise WrongAnswerError(
            f"{peer.title} answered {len(wrong)} of {len(answers)} calls wrongly, the first with"
            f" status {wrong[0].status}: its figures would mean nothing.\n{_last_words(stage)}"
        )
    return answers


def cpu_ms(server: Server, work: Callable[[], object]) -> float:
    """Do the work, and return the CPU milliseconds that the server has used meanwhile."""
    before = server.figures().cpu_seconds
    work()
    return 1000 * (server.figures().cpu_seconds - before)


def ms_since(began: float) -> float:
    """Return the milliseconds since `began`, a moment of `time.monotonic`."""
    return 1000 * (time.monotonic() - began)


def _last_words(stage: Stage, lines: int = 15) -> str:
    logs = sorted(stage.folder.rglob("*.log"))
    printed = [line for log in logs for line in log.read_text(errors="replace").splitlines()]
    return "\n".join(["It has printed at last:", *(f"  {line}" for line in printed[-lines:])])
