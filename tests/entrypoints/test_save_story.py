"""The task queue function that stores what the outbox has taken."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from conteur.domain.story import UnsavedStory
from conteur.entrypoints.save_story import SaveEntrypoint
from conteur.errors import InProgressError, MalformedRequestError
from conteur.telemetry import logs
from tests.entrypoints.jobs import World, logged, serving
from tests.unsaved import UNSAVED


def _read(body: bytes) -> UnsavedStory:
    if body != b"a task":
        raise MalformedRequestError("holds no story")
    return UNSAVED


def _client(save: Callable[[UnsavedStory], None]) -> FlaskClient:
    return serving(SaveEntrypoint(World().job, _read, lambda: save).answer)


def test_stored() -> None:
    """The story that the task holds is stored, and the task is done."""
    stored: list[UnsavedStory] = []
    assert _client(stored.append).post("/", data=b"a task").status_code == 200
    assert stored == [UNSAVED]


def test_named(capsys: pytest.CaptureFixture[str]) -> None:
    """What is logged of a story stands under the id of the request that asked for it."""
    _client(lambda _story: logs.info("story.stored")).post("/", data=b"a task")
    lines = logged(capsys)
    assert [line["request_id"] for line in lines] == 2 * [UNSAVED.story_id]
    assert [line["correlationId"] for line in lines] == 2 * [UNSAVED.story_id]


def test_again() -> None:
    """A story that cannot be stored yet is sent again."""

    def refuse(story: UnsavedStory) -> None:
        raise InProgressError("somebody writes", storyId=story.story_id)

    assert _client(refuse).post("/", data=b"a task").status_code == 503


def test_malformed() -> None:
    """A task that holds no story stores nothing, and is not sent again."""
    stored: list[UnsavedStory] = []
    assert _client(stored.append).post("/", data=b"something else").status_code == 200
    assert stored == []
