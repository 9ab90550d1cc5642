"""Each callable, in a service of its own as it is deployed."""

import uuid
from typing import Any

import pytest

from conteur.telemetry.registry import EXECUTIONS, Function
from tests.clients.app import App, new_app
from tests.clients.client import Client
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

STORY = str(uuid.UUID(int=7))
REQUESTS: dict[Function, dict[str, Any]] = {
    Function.GENERATE_STORY: {"prompt": "A fox who is served"},
    Function.RATE_STORY: {"storyId": STORY, "rating": 3},
    Function.DELETE_STORY: {"storyId": STORY},
    Function.EXPORT_MY_DATA: {},
    Function.DELETE_MY_DATA: {"confirm": True},
}
ANSWERS: dict[Function, dict[str, Any]] = {
    Function.GENERATE_STORY: {"status": "completed", "replayed": False},
    Function.RATE_STORY: {"reason": "STORY_NOT_FOUND"},
    Function.DELETE_STORY: {"storyId": STORY, "deleted": False},
    Function.EXPORT_MY_DATA: {"stories": [], "counters": []},
    Function.DELETE_MY_DATA: {"deleted": 0, "complete": True},
}
SCENARIOS = ("whole", "stream")


@pytest.mark.parametrize("function", REQUESTS)
def test_a_function_is_served_alone(serve: Serve, client: Client, function: Function) -> None:
    """Each starts, answers whole and streamed, and its calls are counted once it has ended."""
    with serve(FUNCTION_TARGET=function) as backend:
        for scenario in SCENARIOS:
            answer = answer_of(new_app(client, backend), scenario, REQUESTS[function])
            assert answer.items() >= ANSWERS[function].items()
        backend.process.stop()
        assert backend.monitoring.total(EXECUTIONS.type, function=function) == len(SCENARIOS)
        assert backend.monitoring.rejections == []


def answer_of(app: App, scenario: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a call, or the details of its error."""
    if "prompt" in request:
        app.model.tells(request["prompt"], "A fox slept.")
    result = app.play(scenario, request)["result"]
    found: dict[str, Any] = (
        result["value"] if result["status"] == "fulfilled" else result["error"]["details"]
    )
    return found
