"""What the functions answer, read as an app reads it."""

from typing import Any

import pytest

from scripts.ops.validation.answers import Event, Reply, messages, refusal, streamed, told
from scripts.ops.validation.errors import FoundError

RESULT: dict[str, Any] = {
    "storyId": "id",
    "status": "completed",
    "replayed": False,
    "story": {"title": "A title", "text": "Some text."},
}
DELTA = Event({"message": {"type": "delta", "text": "Some"}}, 0.5)
END = Event({"result": RESULT}, 2.0)
BUG = {"error": {"status": "INTERNAL", "message": "no", "details": {"reason": "BUG"}}}


def test_a_story() -> None:
    """A whole answer is a story with its text."""
    story = told(Reply(200, {"result": RESULT}, 1.5))
    assert (story.id, story.text, story.replayed, story.seconds) == ("id", "Some text.", False, 1.5)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500, BUG, 0), "500 BUG: no"),
        (Reply(200, {"result": {**RESULT, "status": "unsaved"}}, 0), "unsaved, not completed"),
        (Reply(200, {"result": {**RESULT, "story": {"title": "", "text": " "}}}, 0), "no text"),
    ],
)
def test_no_story(reply: Reply, said: str) -> None:
    """An error, a story that is not kept, and one without text are found out."""
    with pytest.raises(FoundError, match=said):
        told(reply)


def test_a_stream() -> None:
    """A stream tells when its first words came."""
    found = streamed([Event({"message": {"type": "start"}}, 0.1), DELTA, DELTA, END])
    assert (found.first_token, found.deltas, found.story.seconds) == (0.5, 2, 2.0)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([DELTA], "0 last events"),
        ([DELTA, END, END], "2 last events"),
        ([END, DELTA], "1 last events"),
        ([END], "not streamed"),
        ([DELTA, Event(BUG, 1.0)], "BUG"),
        ([], "0 last events"),
    ],
)
def test_a_wrong_stream(events: list[Event], said: str) -> None:
    """A stream has words and then exactly one last event, which is a story."""
    with pytest.raises(FoundError, match=said):
        streamed(events)


def test_lines() -> None:
    """Comments and empty lines are no events, and what is no JSON is found out."""
    assert list(messages([": ping", "", 'data: {"a": 1}'])) == [{"a": 1}]
    with pytest.raises(FoundError, match="no JSON"):
        list(messages(["data: {"]))


def test_a_problem_of_the_store() -> None:
    """The store's own form of an error is told as well."""
    reply = Reply(409, {"code": "PRECONDITION_REQUIRED", "detail": "a step is missing"}, 0)
    assert refusal(reply) == "409 PRECONDITION_REQUIRED: a step is missing"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "STORE_DISABLED", "detail": "it is closed"}, "503 STORE_DISABLED: it is closed"),
        ({"error": "STORE_DISABLED"}, "503 STORE_DISABLED"),
        ({"error": {"message": "no", "details": "none"}}, "503 no"),
        ({}, "503 no reason given"),
    ],
    ids=str,
)
def test_a_refusal(body: dict[str, Any], said: str) -> None:
    """Whatever there is of reason and message is told, and nothing in the place of the rest."""
    assert refusal(Reply(503, body, 0)) == said


def test_a_stream_that_is_refused() -> None:
    """It is told without the status of the answer: of a stream it is 200 whatever comes."""
    with pytest.raises(FoundError, match=r"^the stream ends with BUG: no$"):
        streamed([Event(BUG, 1.0)])


@pytest.mark.parametrize(
    "body",
    [
        {"storyId": "a", "status": "completed", "story": {"title": "t", "text": None}},
        {"storyId": "a", "status": "completed", "story": "a text"},
        {"storyId": 1, "status": "completed", "story": {"title": "t", "text": "a text"}},
    ],
    ids=str,
)
def test_what_is_no_story(body: dict[str, object]) -> None:
    """A story without its parts is told as it came."""
    with pytest.raises(FoundError, match=r"the story is no story: \{.storyId.: "):
        told(Reply(200, {"result": body}, 0.1))
