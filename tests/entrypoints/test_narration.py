"""A story as an app hears it."""

from typing import Any

from conteur.domain.story_request import StoryRequest
from conteur.entrypoints.narration import Narration, result
from conteur.use_cases.orders import ToldStory
from tests.stories import FINISHED

REQUEST = StoryRequest("id-1", "a fox", "en")


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


def test_result() -> None:
    """The result is the contract's object, with what is not built yet left out."""
    assert result(ToldStory("id-1", FINISHED), REQUEST, ("unknown field: mood",)) == {
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
        "quality": {"lengthRatio": 0.12},
        "usage": {"inputTokens": 10, "outputTokens": 20},
        "model": "scripted-1",
        "promptVersion": "story-1",
        "timings": {"firstTokenMs": 30, "totalMs": 40},
        "warnings": ["unknown field: mood"],
        "apiVersion": 1,
    }


def test_unsaved() -> None:
    """A story that the store did not take says so."""
    assert result(ToldStory("id-1", FINISHED, kept=False), REQUEST, ())["status"] == "unsaved"
