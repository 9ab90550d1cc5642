"""A story as an app hears it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from conteur.domain.quota import Allowance
from conteur.domain.story_request import StoryRequest
from conteur.entrypoints.narration import LOST, Narration, result
from conteur.use_cases.orders import Keeping, ToldStory
from tests.stories import FINISHED

REQUEST = StoryRequest("id-1", "a fox", "en")
ALLOWANCE = Allowance(remaining=4, resets=datetime(2026, 1, 2, tzinfo=UTC))


def test_chunks() -> None:
    """Chunks are numbered from 0: the story's id first, then its text."""
    chunks: list[Any] = []
    narration = Narration(chunks.append)
    narration.started("id-1")
    narration.heard("Once ")
    assert chunks == [
        {"seq": 0, "type": "start", "storyId": "id-1"},
        {"seq": 1, "type": "delta", "text": "Once "},
    ]


def test_text_that_is_taken_back() -> None:
    """A story that begins again drops its pieces, and so does one that nobody may read."""
    chunks: list[Any] = []
    narration = Narration(chunks.append)
    narration.taken_back()
    narration.taken_back(blocked=True)
    assert chunks == [
        {"seq": 0, "type": "reset", "reason": "retry"},
        {"seq": 1, "type": "reset", "reason": "blocked"},
    ]


def test_result() -> None:
    """The result is the contract's object, with what is not built yet left out."""
    told = ToldStory("id-1", FINISHED, ALLOWANCE)
    assert result(told, REQUEST, ("unknown field: mood",)) == {
        "storyId": "id-1",
        "requestId": "id-1",
        "status": "completed",
        "replayed": False,
        "story": {
            "title": "The Fox",
            "text": "Once there was a fox.",
            "language": "en",
            "wordCount": 5,
        },
        "finish": "stop",
        "quality": {"lengthRatio": 0.12, "repetition": 0.0, "flags": []},
        "usage": {"inputTokens": 10, "outputTokens": 20, "costMicros": 120},
        "quota": {"remaining": 4, "resetAt": "2026-01-02T00:00:00Z"},
        "model": "scripted-1",
        "promptVersion": "story-1",
        "timings": {"firstTokenMs": 30, "totalMs": 40},
        "warnings": ["unknown field: mood"],
        "apiVersion": 1,
    }


@pytest.mark.parametrize(
    ("keeping", "status", "warnings"),
    [
        (Keeping.KEPT, "completed", ["mood"]),
        (Keeping.QUEUED, "unsaved", ["mood"]),
        (Keeping.LOST, "unsaved", ["mood", LOST]),
    ],
)
def test_where_the_story_is(keeping: Keeping, status: str, warnings: list[str]) -> None:
    """A story that the store did not take says so; one that never will be there warns of it."""
    told = ToldStory("id-1", FINISHED, ALLOWANCE, keeping=keeping)
    answer = result(told, REQUEST, ("mood",))
    assert (answer["status"], answer["warnings"]) == (status, warnings)


def test_a_replay_says_so() -> None:
    """A story that was told before is completed, and replayed."""
    answer = result(ToldStory("id-1", FINISHED, ALLOWANCE, replayed=True), REQUEST, ())
    assert (answer["status"], answer["replayed"]) == ("completed", True)
