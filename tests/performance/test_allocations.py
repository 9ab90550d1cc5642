"""What a story leaves behind, what is made for it, and how much work it is, without a clock.

Work is counted in calls of Python functions: the same on every machine.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from tests.bench.services import Pace
from tests.issuer import Issuer
from tests.performance.observing import Calls, Held, Observed, observed

pytestmark = pytest.mark.server

SHORT, LONG, PACED = Pace(0, 0, 40), Pace(0, 0, 240), Pace(0, 3, 140)  # PACED: one by one
WARM, STORIES, PACED_STORIES, HELD_STORIES, HELD_ROUNDS = 20, 10, 4, 80, 3

# About 10 % above what was measured (Python 3.11.7).
MOST_CALLS_A_STORY = 3520  # 3200
MOST_CALLS_A_TOKEN_TOGETHER = 14.6  # 13.3: of a story whose tokens come all at once
MOST_CALLS_A_TOKEN_ALONE = 150  # 136: read, parsed, told and sent alone; fewer if some come at once
MOST_BYTES_A_STORY = 600  # 60 to 260, of other packages' objects

ENCODERS = 2  # the fingerprint's, and the OpenAI package's for the request's body
MADE_ONCE = (
    "grpc._channel.Channel.__init__",
    "ssl.SSLContext.__new__",
    "openai._client.OpenAI.__init__",
    "httpcore2._sync.connection.HTTPConnection.__init__",
    "google.cloud.firestore_v1.client.Client.__init__",
)
THREAD, ENCODER = "threading.Thread.__init__", "json.encoder.JSONEncoder.__init__"
MONITORING = "conteur.adapters.cloud_monitoring."


@dataclass(frozen=True)
class Seen:
    """What was counted: from the worker's start on, and for stories of a warm one."""

    start: Calls
    short: Calls
    long: Calls
    paced: Calls
    held: list[Held]

    @property
    def calls_a_token(self) -> float:
        """Calls for a token that comes with others."""
        more = self.long.requests.total() - self.short.requests.total()
        return more / STORIES / (LONG.tokens - SHORT.tokens)

    @property
    def calls_a_story(self) -> float:
        """Calls for a story besides those for its tokens."""
        return self.short.requests.total() / STORIES - SHORT.tokens * self.calls_a_token


@pytest.fixture(scope="module")
def seen(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Seen]:
    with observed(tmp_path_factory.mktemp("allocations"), issuer, firestore_host) as product:
        yield Seen(
            start=calls(product, WARM, SHORT, anew=False),
            short=calls(product, STORIES, SHORT),
            long=calls(product, STORIES, LONG),
            paced=calls(product, PACED_STORIES, PACED),
            held=[held(product) for _ in range(HELD_ROUNDS + 1)],
        )


def calls(product: Observed, stories: int, pace: Pace, *, anew: bool = True) -> Calls:
    if anew:
        product.count()
    product.tell(stories, pace)
    return product.calls()


def held(product: Observed) -> Held:
    """Return what is held after stories that were told while memory was watched."""
    product.held()
    product.tell(HELD_STORIES, SHORT)
    return product.held()


def test_a_story_is_no_more_work_than_before(seen: Seen) -> None:
    """What a story needs besides its tokens is no more than was measured, and not nothing."""
    assert MOST_CALLS_A_STORY / 2 < seen.calls_a_story < MOST_CALLS_A_STORY


def test_a_token_that_comes_with_others_is_no_more_work_than_before(seen: Seen) -> None:
    """Tokens that are read together share all the work but their parsing."""
    assert MOST_CALLS_A_TOKEN_TOGETHER / 2 < seen.calls_a_token < MOST_CALLS_A_TOKEN_TOGETHER


def test_a_token_that_comes_alone_is_no_more_work_than_before(seen: Seen) -> None:
    """From the socket of the model to that of the client, a token makes so many calls at most."""
    of_tokens = seen.paced.requests.total() / PACED_STORIES - seen.calls_a_story
    assert 0 < of_tokens / PACED.tokens < MOST_CALLS_A_TOKEN_ALONE


@pytest.mark.parametrize("made", MADE_ONCE)
def test_what_is_costly_is_made_once(seen: Seen, made: str) -> None:
    """A channel, a client, a TLS context and a connection are made for the first stories only."""
    assert seen.start.everywhere[made] > 0
    assert seen.short.everywhere[made] == 0


def test_no_thread_is_made_for_a_story(seen: Seen) -> None:
    """Threads are kept; one that sends metrics starts now and then."""
    assert seen.start.everywhere[THREAD] > 0
    assert seen.short.everywhere[THREAD] < STORIES / 4


def test_no_encoder_is_made_for_a_token(seen: Seen) -> None:
    """A story makes the same few JSON encoders however long it is."""
    assert seen.short.requests[ENCODER] == ENCODERS * STORIES
    assert seen.long.requests[ENCODER] == ENCODERS * STORIES


def test_no_request_sends_metrics(seen: Seen) -> None:
    """Cloud Monitoring is called by a thread of its own, never by one that serves a request."""
    assert any(name.startswith(MONITORING) for name in seen.start.everywhere)
    for counted in (seen.start, seen.short, seen.long, seen.paced):
        assert [name for name in counted.requests if name.startswith(MONITORING)] == []


def test_a_story_leaves_no_object_behind(seen: Seen) -> None:
    """No class of ours has an object more for each story that was told."""
    more: Counter[str] = seen.held[-1].objects - seen.held[0].objects
    assert seen.held[-1].objects.total() > 0
    assert [name for name, count in more.items() if count >= HELD_STORIES] == []


def test_memory_does_not_grow_with_stories(seen: Seen) -> None:
    """Of rounds of stories one at least adds hardly anything: what leaks would add to each."""
    grown = min(after.size - before.size for before, after in pairwise(seen.held))
    assert grown / HELD_STORIES < MOST_BYTES_A_STORY
