"""Twenty stories at once in one instance, as production runs it, until SIGTERM ends it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS, STORY_WORDS
from tests.clients.app import new_app
from tests.clients.backends import Gunicorn
from tests.clients.client import Client, Record
from tests.clients.kept_stories import Document
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

CALLS = 20
SCENARIOS = ("whole", "stream")


@dataclass(frozen=True)
class Load:
    """What came of the calls: what each app saw, what is kept of each, and what was served."""

    backend: Gunicorn
    records: list[Record]
    kept: list[Document]


@pytest.fixture(scope="module")
def load(serve: Serve, client: Client) -> Iterator[Load]:
    """Let no story go on before the model was asked for all of them."""
    with serve() as backend:
        tellings = [backend.model.telling(f"Fox number {n}.") for n in range(CALLS)]
        apps = [new_app(client, backend) for _ in tellings]
        calls = [
            app.start(SCENARIOS[n % 2], {"prompt": tellings[n].prompt})
            for n, app in enumerate(apps)
        ]
        for telling in tellings:
            telling.wait_until_asked()
        for n, telling in enumerate(tellings):
            telling.titles().says(*pieces(n)).ends()
        records = [call.record() for call in calls]
        kept = [app.stories.only() for app in apps]
        backend.process.stop()
        yield Load(backend, records, kept)


def pieces(n: int) -> tuple[str, ...]:
    return ("A fox", f" called {n}", " met a star.")


def test_every_story_is_told(load: Load) -> None:
    """Each app gets its own story, although all are told at the same time."""
    texts = [record["result"]["value"]["story"]["text"] for record in load.records]
    assert texts == ["".join(pieces(n)) for n in range(CALLS)]


def test_every_story_is_kept(load: Load) -> None:
    """Each story is COMPLETED in Firestore, under its own user, with its own text."""
    kept = [(story["status"]["state"], story["text"]) for story in load.kept]
    assert kept == [("COMPLETED", "".join(pieces(n))) for n in range(CALLS)]


def test_every_story_is_counted(load: Load) -> None:
    """After SIGTERM, Cloud Monitoring has counted each execution, its time and its words."""
    monitoring = load.backend.monitoring
    assert monitoring.total(EXECUTIONS.type) == CALLS
    assert monitoring.total(EXECUTIONS.type, outcome="completed", reason="NONE") == CALLS
    assert monitoring.total(EXECUTION_SECONDS.type, outcome="completed") == CALLS
    assert monitoring.total(STORY_WORDS.type) == CALLS
    assert monitoring.rejections == []


def test_the_key_is_read_once(load: Load) -> None:
    """However many calls wait for the model's key, Secret Manager is asked once."""
    assert len(load.backend.secrets.accessed) == 1


def test_the_model_is_asked_once_for_each_story(load: Load) -> None:
    """No story is paid for twice."""
    asked = load.backend.model.asked
    assert len(asked) == CALLS
    assert all(sum(f"Fox number {n}." in sent for sent in asked) == 1 for n in range(CALLS))
