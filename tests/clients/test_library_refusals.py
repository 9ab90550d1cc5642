"""Bad calls of the functions for kept stories, whole and streamed."""

import json
import uuid

import pytest

from tests.clients.app import App

pytestmark = pytest.mark.server

SCENARIOS = ("whole", "stream")
STORY = str(uuid.UUID(int=7))
GOOD: dict[str, dict[str, object]] = {
    "rate_story": {"storyId": STORY, "rating": 3},
    "delete_story": {"storyId": STORY},
    "export_my_data": {},
    "delete_my_data": {"confirm": True},
}


def _rating(rating: object, reason: object = None) -> str:
    return json.dumps({"storyId": STORY, "rating": rating, "reason": reason})


def _page(**members: object) -> str:
    return json.dumps(members)


BAD_INPUT = {
    "rate_story, nothing": ("rate_story", "null", "data"),
    "rate_story, an array": ("rate_story", "[]", "data"),
    "rate_story, no story": ("rate_story", '{"rating": 3}', "storyId"),
    "rate_story, a path": ("rate_story", '{"storyId": "../x", "rating": 3}', "storyId"),
    "rate_story, a number": ("rate_story", '{"storyId": 7, "rating": 3}', "storyId"),
    "rate_story, no stars": ("rate_story", _rating(None), "rating"),
    "rate_story, zero stars": ("rate_story", _rating(0), "rating"),
    "rate_story, six stars": ("rate_story", _rating(6), "rating"),
    "rate_story, half a star": ("rate_story", _rating(2.5), "rating"),
    "rate_story, a text for stars": ("rate_story", _rating("5"), "rating"),
    "rate_story, true stars": ("rate_story", _rating(rating=True), "rating"),
    "rate_story, a number for a reason": ("rate_story", _rating(3, 7), "reason"),
    "rate_story, a long reason": ("rate_story", _rating(3, "a" * 100_000), "reason"),
    "rate_story, a control character": ("rate_story", _rating(3, "a\0fox"), "reason"),
    "delete_story, nothing": ("delete_story", "null", "data"),
    "delete_story, no story": ("delete_story", "{}", "storyId"),
    "delete_story, a path": ("delete_story", '{"storyId": "a/b/c"}', "storyId"),
    "export_my_data, an array": ("export_my_data", "[]", "data"),
    "export_my_data, no size": ("export_my_data", _page(pageSize=0), "pageSize"),
    "export_my_data, a size too large": ("export_my_data", _page(pageSize=10**9), "pageSize"),
    "export_my_data, half a size": ("export_my_data", _page(pageSize=1.5), "pageSize"),
    "export_my_data, a number": ("export_my_data", _page(pageToken=7), "pageToken"),
    "export_my_data, no token": ("export_my_data", _page(pageToken="let me in"), "pageToken"),
    "delete_my_data, an array": ("delete_my_data", "[]", "data"),
    "delete_my_data, no word": ("delete_my_data", "{}", "confirm"),
    "delete_my_data, no": ("delete_my_data", '{"confirm": false}', "confirm"),
    "delete_my_data, a text": ("delete_my_data", '{"confirm": "true"}', "confirm"),
    "delete_my_data, a number": ("delete_my_data", '{"confirm": 1}', "confirm"),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_refused(app: App, name: str, scenario: str) -> None:
    """Bad input is the caller's fault, its field is named, and nothing is touched for it."""
    function, request, field = BAD_INPUT[name]
    error = app.error(function, request, scenario)
    assert error["code"] == "functions/invalid-argument"
    assert (error["details"]["reason"], error["details"]["field"]) == ("INVALID_FIELD", field)
    assert error["details"]["requestId"]
    assert app.stories.all_documents() == set()


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("function", GOOD)
def test_a_call_without_a_user_is_refused(app: App, function: str, scenario: str) -> None:
    """An app that is signed out is told so, once, also where it asks for a stream."""
    nobody = app.connected(token=None, uid=None)
    error = nobody.error(function, GOOD[function], scenario)
    assert error["code"] == "functions/unauthenticated"
    assert error["details"]["reason"] == "NO_TOKEN"


@pytest.mark.parametrize("function", GOOD)
def test_a_call_for_a_stream_is_answered_in_one(app: App, function: str) -> None:
    """Who asks for a stream gets one of one event: the SDK's `.stream()` hangs on all else."""
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    body = json.dumps({"data": GOOD[function]})
    played = app.play("fetched", method="POST", headers=headers, body=body, function=function)
    response = played["response"]["value"]
    assert response["status"] == 200
    assert response["headers"]["content-type"].startswith("text/event-stream")
    [event] = [line for line in response["body"].splitlines() if line]
    assert set(json.loads(event.removeprefix("data: "))) <= {"result", "error"}


@pytest.mark.parametrize("function", GOOD)
def test_an_unknown_field_is_ignored_and_named(app: App, function: str) -> None:
    """A newer app works on an older service: what that does not know is named in a warning."""
    request = {**GOOD[function], "theme": "dark"}
    record = app.play("whole", request, function=function)["result"]
    if function == "rate_story":
        assert record["error"]["details"]["reason"] == "STORY_NOT_FOUND"
    else:
        assert record["value"]["warnings"] == ["unknown field ignored: theme"]
