"""What a real app gets from the served functions is what the callables' contract says."""

import uuid
from typing import Any

import pytest

from tests.callables_contract import CALLABLES, check
from tests.clients.app import App

pytestmark = pytest.mark.server

TEXT = "A fox slept."


def details(name: str, error: dict[str, Any]) -> str:
    """Hold an SDK's error against the contract of its callable, and return its reason."""
    code = error["code"].removeprefix("functions/").upper().replace("-", "_")
    sent = {"status": code, "message": error["message"], "details": error["details"]}
    check(name, "error", sent)
    assert sent["details"]["reason"] in CALLABLES[name]["reasons"]
    return str(sent["details"]["reason"])


def test_a_stream_and_its_result(app: App, prompt: str) -> None:
    """Every chunk of a stream that begins again, and its result, is the contract's."""
    app.model.telling(prompt).titles().says("A bear").breaks_off()
    app.model.tells(prompt, "A fox", " slept.")
    record = app.play("stream", {"prompt": prompt, "length": {"words": 50}})
    chunks = [seen["chunk"] for seen in record["chunks"]]
    assert {chunk["type"] for chunk in chunks} == {"start", "delta", "reset"}
    for chunk in chunks:
        check("generate_story", "chunk", chunk)
    check("generate_story", "result", record["result"]["value"])


def test_a_whole_story_told_and_replayed(app: App, prompt: str) -> None:
    """A result is the contract's when the story is told, and when it is replayed."""
    request = {"prompt": prompt, "requestId": str(uuid.uuid4()), "theme": "unknown"}
    told = app.tells(request, TEXT)
    again = app.result("generate_story", request)
    assert (told["replayed"], again["replayed"], bool(told["warnings"])) == (False, True, True)
    check("generate_story", "result", told)
    check("generate_story", "result", again)


def test_what_users_do_with_a_story(app: App, prompt: str) -> None:
    """A rating, an export, page by page, and both deletions answer what the contract says."""
    story_id = app.tells({"prompt": prompt}, TEXT)["storyId"]
    check("rate_story", "result", app.result("rate_story", {"storyId": story_id, "rating": 4}))
    first = app.result("export_my_data", {"pageSize": 1})
    rest = app.result("export_my_data", {"pageToken": first["nextPageToken"]})
    for page in (first, rest):
        check("export_my_data", "result", page)
    check("delete_story", "result", app.result("delete_story", {"storyId": story_id}))
    check("delete_my_data", "result", app.result("delete_my_data", {"confirm": True}))


@pytest.mark.parametrize("name", CALLABLES)
@pytest.mark.parametrize("scenario", ["whole", "stream"])
def test_refusals(app: App, name: str, scenario: str) -> None:
    """Bad input, and a call of nobody, are refused with the details that the contract names."""
    assert details(name, app.error(name, [], scenario)) == "INVALID_FIELD"
    nobody = app.connected(token=None, uid=None)
    assert details(name, nobody.error(name, {}, scenario)) == "NO_TOKEN"


def test_errors_of_a_story(app: App, prompt: str) -> None:
    """What is told of a story that is not there, or is another one's request, is the contract's."""
    missing = {"storyId": str(uuid.uuid4()), "rating": 3}
    assert details("rate_story", app.error("rate_story", missing)) == "STORY_NOT_FOUND"
    request = {"prompt": prompt, "requestId": str(uuid.uuid4())}
    app.tells(request, TEXT)
    reused = app.error("generate_story", {**request, "tone": "funny"})
    assert details("generate_story", reused) == "REQUEST_ID_REUSED"


def test_a_model_that_fails(gunicorn_app: App, prompt: str) -> None:
    """An error of the model has its kind, as the contract says."""
    for _ in range(3):
        gunicorn_app.model.telling(prompt).breaks_off()
    error = gunicorn_app.error("generate_story", {"prompt": prompt})
    assert details("generate_story", error) == "OPENAI_ERROR"
