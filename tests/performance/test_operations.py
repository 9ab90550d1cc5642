"""What a call asks of other services, counted exactly: it is waited for, and paid for."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from conteur.telemetry.registry import EXECUTIONS
from tests.clients.backends import Gunicorn
from tests.crashes.calls import Call, reason, text
from tests.issuer import Issuer
from tests.performance.counting import Counted, ask, counted

pytestmark = pytest.mark.server

STORIES = 20
A_STORY = {"commits": 2, "writes": 6, "upstream": 1}
NOTHING: dict[str, int] = {}


@dataclass(frozen=True)
class Asked:
    """What was asked of the services by each kind of call."""

    backend: Gunicorn
    refused: Counter[str]
    first: Counter[str]
    stories: Counter[str]
    replayed: Counter[str]
    over_quota: Counter[str]
    over_quota_again: Counter[str]


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Asked]:
    """Make every kind of call in one instance, and end it."""
    folder = tmp_path_factory.mktemp("operations")
    with counted(folder, issuer, firestore_host, QUOTA_STORIES_PER_DAY="1") as product:
        app = App(product, issuer)
        kinds = Asked(
            product.backend,
            refused=app.counts(app.is_refused),
            first=app.counts(lambda: app.hears(1)),
            stories=app.counts(lambda: app.hears(STORIES)),
            replayed=app.counts(app.hears_again),
            over_quota=app.counts(app.is_over_quota),
            over_quota_again=app.counts(app.is_over_quota),
        )
        product.backend.process.stop()
        yield kinds


class App:
    """Calls as apps make them."""

    def __init__(self, product: Counted, issuer: Issuer) -> None:
        self._product, self._issuer = product, issuer
        self._backend = product.backend
        self._last: Call

    def counts(self, calls: Callable[[], None]) -> Counter[str]:
        """Make calls, and return what they asked for."""
        before = self._product.counts()
        calls()
        return self._product.counts() - before

    def hears(self, stories: int) -> None:
        """Be another user for each story."""
        for _ in range(stories):
            uid = uuid.uuid4().hex
            self._last = Call(uid, self._issuer.id_token(uid), f"A fox called {uid}.")
            self._backend.model.tells(self._last.prompt, "A fox", " met a star.")
            self.hears_again()

    def hears_again(self) -> None:
        """Send the last call, be it once more."""
        answer = self._last.ask(self._backend.url)
        assert answer
        assert text(answer) == "A fox met a star."

    def is_refused(self) -> None:
        assert "NO_TOKEN" in ask(self._backend.url, "POST")

    def is_over_quota(self) -> None:
        """Ask for a second story, whose user may have one."""
        again = Call(self._last.uid, self._last.token, self._last.prompt)
        assert reason(again.ask(self._backend.url)) == "USER_QUOTA"


def test_a_call_without_a_token_asks_nobody(asked: Asked) -> None:
    """Who does not say who they are costs nothing."""
    assert asked.refused == NOTHING


def test_the_first_story_is_as_every_other(asked: Asked) -> None:
    """What an instance builds for its first story asks nobody for more than the story does."""
    assert asked.first == A_STORY


def test_the_key_is_read_once(asked: Asked) -> None:
    """However many stories are told, Secret Manager is asked once."""
    assert len(asked.backend.secrets.calls) == 1


def test_a_story_is_two_commits_and_one_model_call(asked: Asked) -> None:
    """A story commits as it begins and as it ends, three documents each, and reads nothing."""
    assert asked.stories == {name: STORIES * count for name, count in A_STORY.items()}


def test_a_replay_is_a_commit_and_a_read(asked: Asked) -> None:
    """A story that was told before is found by the claim that fails, and read once."""
    assert asked.replayed == {"commits": 1, "writes": 3, "gets": 1, "reads": 2}


def test_a_story_over_the_quota_is_taken_back(asked: Asked) -> None:
    """The claim that shows a user over their quota is withdrawn, and the model is not asked."""
    assert asked.over_quota == {"commits": 2, "writes": 6}


def test_who_is_known_to_be_over_their_quota_writes_nothing(asked: Asked) -> None:
    """The next refusal only looks whether the story is there already."""
    assert asked.over_quota_again == {"gets": 1, "reads": 2}


def test_metrics_are_not_sent_by_the_call(asked: Asked) -> None:
    """All executions arrive at Cloud Monitoring, in far fewer calls than there were stories."""
    monitoring = asked.backend.monitoring
    assert monitoring.total(EXECUTIONS.type, outcome="completed") == STORIES + 2
    assert monitoring.calls.count("CreateTimeSeries") < STORIES
