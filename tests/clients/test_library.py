"""Apps whose users rate, delete and take home what was told to them."""

import uuid
from typing import Any

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import Backend, Emulators
from tests.clients.client import Client

pytestmark = pytest.mark.server

TEXT = "A fox slept."


@pytest.fixture
def stranger(client: Client, backend: Backend) -> App:
    """Be another user's app on the same backend."""
    return new_app(client, backend)


def story_of(app: App) -> str:
    """Have a new story told, and return its id."""
    told = app.tells({"prompt": f"A fox, number {uuid.uuid4()}"}, TEXT)
    return str(told["storyId"])


def rated(app: App, story_id: str, stars: int, **more: str) -> dict[str, Any]:
    """Rate a story, and return what the app is told that can change."""
    result = app.result("rate_story", {"storyId": story_id, "rating": stars, **more})
    assert (result["storyId"], result["warnings"], result["apiVersion"]) == (story_id, [], 1)
    return {"rating": result["rating"], "changed": result["changed"]}


def test_a_story_is_rated_once_and_changed_after_that(app: App) -> None:
    """A second rating takes the first one's place, and the same one again changes nothing."""
    story_id = story_of(app)
    assert rated(app, story_id, 2) == {"rating": 2, "changed": False}
    assert rated(app, story_id, 5, reason="she slept") == {"rating": 5, "changed": True}
    assert rated(app, story_id, 5, reason="she slept") == {"rating": 5, "changed": False}
    kept = app.stories.only()["rating"]
    assert (kept["stars"], kept["reason"]) == (5, "she slept")


def test_nobody_rates_another_users_story(app: App, stranger: App) -> None:
    """A story of somebody else's is not there, whoever knows its id."""
    story_id = story_of(app)
    error = stranger.error("rate_story", {"storyId": story_id, "rating": 1})
    assert error["code"] == "functions/not-found"
    assert error["details"]["reason"] == "STORY_NOT_FOUND"
    assert "rating" not in app.stories.only()


def test_nobody_deletes_another_users_story(app: App, stranger: App) -> None:
    """Deleting somebody else's story deletes nothing, and tells nothing of it."""
    story_id = story_of(app)
    assert stranger.result("delete_story", {"storyId": story_id})["deleted"] is False
    assert set(app.stories.all()) == {story_id}


def test_a_deleted_story_is_gone(app: App) -> None:
    """A story is deleted for real and once, and cannot be rated after that."""
    story_id = story_of(app)
    first = app.result("delete_story", {"storyId": story_id})
    again = app.result("delete_story", {"storyId": story_id})
    assert (first["storyId"], first["deleted"], again["deleted"]) == (story_id, True, False)
    assert app.stories.all() == {}
    error = app.error("rate_story", {"storyId": story_id, "rating": 3})
    assert error["details"]["reason"] == "STORY_NOT_FOUND"


def test_a_listener_sees_a_story_go(client: Client, emulators_backend: Emulators) -> None:
    """An app that listens to a story hears at once that it was deleted."""
    app = new_app(client, emulators_backend)
    story_id = story_of(app)
    watching = app.start("watch", {"storyId": story_id})
    assert watching.reported() == {"there": True}
    app.result("delete_story", {"storyId": story_id})
    assert watching.reported() == {"there": False}
    assert watching.record()["gone"] == {"status": "fulfilled", "value": True}


def test_a_story_is_not_deleted_while_it_is_told(app: App, prompt: str) -> None:
    """A story that is being told cannot be deleted, is told to its end, and can be then."""
    telling = app.model.telling(prompt).titles().says("A fox")
    request = {"prompt": prompt, "requestId": str(uuid.uuid4())}
    call = app.start("stream", request)
    assert call.delta() == "A fox"
    deletion = {"storyId": request["requestId"]}
    error = app.error("delete_story", deletion)
    assert (error["code"], error["details"]["reason"]) == ("functions/aborted", "IN_PROGRESS")
    telling.says(" slept.").ends()
    assert call.record()["result"]["value"]["story"]["text"] == TEXT
    assert app.result("delete_story", deletion)["deleted"] is True


def pages(app: App, size: int) -> list[dict[str, Any]]:
    """Return all pages of the user's export, as an app reads them."""
    found = [app.result("export_my_data", {"pageSize": size})]
    while token := found[-1].get("nextPageToken"):
        found.append(app.result("export_my_data", {"pageSize": size, "pageToken": token}))
    return found


def test_an_export_pages_through_all_that_is_kept(app: App, stranger: App) -> None:
    """The pages together hold each document of the user's once, and nobody else's."""
    story_of(stranger)
    ids = {story_of(app) for _ in range(3)}
    found = pages(app, 2)
    stories = [story for page in found for story in page["stories"]]
    counters = [counter for page in found for counter in page["counters"]]
    assert len(found) > 1
    assert {story["path"] for story in stories} == {f"stories/{each}" for each in ids}
    assert [story["data"]["text"] for story in stories] == [TEXT] * 3
    paths = [document["path"] for document in (*stories, *counters)]
    assert sorted(paths) == sorted(app.stories.all_documents())


def test_an_export_of_nothing_is_one_empty_page(app: App) -> None:
    """A user of whom nothing is kept gets an empty page, and no token for another one."""
    result = app.result("export_my_data", None)
    assert (result["stories"], result["counters"]) == ([], [])
    assert "nextPageToken" not in result


def test_a_user_has_all_data_deleted(app: App, stranger: App) -> None:
    """Nothing is left but the day's counters, and nobody else loses anything."""
    kept = story_of(stranger)
    for _ in range(2):
        story_of(app)
    result = app.result("delete_my_data", {"confirm": True})
    assert (result["deleted"], result["complete"]) == (2, True)
    assert {path.split("/")[0] for path in app.stories.all_documents()} == {"quota"}
    assert set(stranger.stories.all()) == {kept}


def test_all_data_is_deleted_while_a_story_is_told(app: App, prompt: str) -> None:
    """The story that is being told goes as well, its call is told so, and it stays away."""
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("stream", {"prompt": prompt})
    assert call.delta() == "A fox"
    assert app.result("delete_my_data", {"confirm": True})["deleted"] == 1
    telling.says(" slept.").ends()
    error = call.record()["result"]["error"]
    assert error["details"]["reason"] == "STORY_NOT_FOUND"
    assert app.stories.all() == {}


@pytest.mark.parametrize("request_", [None, {}, {"confirm": False}, {"confirm": "true"}])
def test_data_is_deleted_only_for_who_confirms(app: App, request_: object) -> None:
    """Whatever is not `confirm: true` deletes nothing."""
    story_id = story_of(app)
    error = app.error("delete_my_data", request_)
    assert error["code"] == "functions/invalid-argument"
    assert set(app.stories.all()) == {story_id}
