"""A story becomes a task's body, and the same story again."""

import json
from typing import Any

import pytest

from conteur.adapters.unsaved_stories import task_of, unsaved_story_in
from conteur.domain.quality import Quality
from conteur.errors import BugError, MalformedRequestError
from tests.unsaved import UNSAVED


def _body(**changed: object) -> bytes:
    return json.dumps({"data": {**task_of(UNSAVED)["data"], **changed}}).encode()


def _story_without(field: str) -> dict[str, Any]:
    story: dict[str, Any] = task_of(UNSAVED)["data"]["story"]
    return {name: value for name, value in story.items() if name != field}


def test_a_story_comes_back_as_it_was() -> None:
    """What a task holds is the story to its last field, letters of all languages included."""
    assert unsaved_story_in(_body()) == UNSAVED


def test_what_a_newer_revision_adds_is_passed_over() -> None:
    """A field that this revision does not know does not keep the story from being stored."""
    assert unsaved_story_in(_body(mood="good")) == UNSAVED


def test_a_task_of_an_older_revision() -> None:
    """It has the length's ratio alone, and is stored with that."""
    story = unsaved_story_in(_body(story=_story_without("quality"))).story
    assert story.quality == Quality(UNSAVED.story.quality.length_ratio)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"data": null}',
        b'{"data": "a story"}',
        b'{"data": {}}',
        _body(story=None),
        _body(story={}),
        _body(story=_story_without("costMicros")),
        _body(story={**_story_without("finish"), "finish": "bored"}),
        _body(story={**_story_without("completed"), "completed": "yesterday"}),
    ],
)
def test_what_holds_no_story_is_malformed(body: bytes) -> None:
    """A body that no revision has written is told apart, in words that quote nothing of it."""
    with pytest.raises(MalformedRequestError, match=r"^the task holds no story"):
        unsaved_story_in(body)


def test_another_format_is_left_for_its_own_revision() -> None:
    """A task of a format that this revision does not know is no malformed one."""
    with pytest.raises(BugError, match="a revision whose format"):
        unsaved_story_in(_body(format=2, story={"new": "form"}))
