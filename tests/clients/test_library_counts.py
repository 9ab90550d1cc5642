"""What Cloud Monitoring has of the calls of each function."""

import uuid
from collections.abc import Iterator

import pytest

from conteur.telemetry.library_metrics import RATING_CHANGES, RATINGS, STORIES_DELETED
from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS, Function
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from tests.clients.app import App, new_app
from tests.clients.backends import EVERY_FUNCTION, gunicorn
from tests.clients.client import Client
from tests.issuer import Issuer

pytestmark = pytest.mark.server

# of each function: how many calls are completed, and how many refused
CALLS = {
    Function.GENERATE_STORY: (3, 1),
    Function.RATE_STORY: (4, 2),
    Function.DELETE_STORY: (2, 1),
    Function.EXPORT_MY_DATA: (1, 1),
    Function.DELETE_MY_DATA: (1, 1),
}


@pytest.fixture(scope="module")
def monitoring(
    tmp_path_factory: pytest.TempPathFactory,
    issuer: Issuer,
    firestore_host: str,
    node_client: Client,
) -> Iterator[MonitoringStandIn]:
    """Make the calls, and end the process that counted them."""
    folder = tmp_path_factory.mktemp("counts")
    with gunicorn(folder, issuer, firestore_host, EVERY_FUNCTION) as backend:
        _call_all(new_app(node_client, backend))
        backend.process.stop()
        yield backend.monitoring


def _call_all(app: App) -> None:
    stories = [app.tells({"prompt": f"A fox {uuid.uuid4()}"}, "A fox slept.") for _ in range(3)]
    first, second, _ = [str(story["storyId"]) for story in stories]
    for story_id, rating in ((first, 2), (first, 5), (first, 5), (second, 4)):
        app.result("rate_story", {"storyId": story_id, "rating": rating})
    for _ in range(2):
        app.result("delete_story", {"storyId": first})
    app.error("rate_story", {"storyId": first, "rating": 3})
    app.result("export_my_data", {})
    app.result("delete_my_data", {"confirm": True})
    for function in CALLS:
        app.error(function, [])


@pytest.mark.parametrize("function", CALLS)
def test_every_call_is_counted(monitoring: MonitoringStandIn, function: Function) -> None:
    """Each call counts once, as its function's and by how it ended."""
    completed, refused = CALLS[function]
    of_function = {"function": function}
    assert monitoring.total(EXECUTIONS.type, **of_function) == completed + refused
    assert monitoring.total(EXECUTIONS.type, **of_function, outcome="completed") == completed
    assert monitoring.total(EXECUTIONS.type, **of_function, outcome="refused") == refused
    assert monitoring.total(EXECUTION_SECONDS.type, **of_function) == completed + refused


def test_ratings_are_counted_once_for_each_story(monitoring: MonitoringStandIn) -> None:
    """A first rating counts by its stars, a change as one, and the same again not at all."""
    totals = {stars: monitoring.total(RATINGS.type, stars=stars) for stars in ("2", "4", "5")}
    assert totals == {"2": 1, "4": 1, "5": 0}
    assert monitoring.total(RATING_CHANGES.type) == 1
    assert monitoring.total(RATING_CHANGES.type, before="2", after="5") == 1


def test_deletions_are_counted_by_who_asked_for_them(monitoring: MonitoringStandIn) -> None:
    """What `delete_story` and `delete_my_data` delete is counted apart, and once."""
    assert monitoring.total(STORIES_DELETED.type, function="delete_story") == 1
    assert monitoring.total(STORIES_DELETED.type, function="delete_my_data") == 2


def test_monitoring_takes_every_point(monitoring: MonitoringStandIn) -> None:
    """Nothing that was sent breaks a rule of Cloud Monitoring's."""
    assert monitoring.rejections == []
