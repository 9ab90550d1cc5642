"""A story as an app hears it."""

from datetime import UTC, datetime
from typing import Any

from conteur.domain.model_events import Finish, Usage
from conteur.domain.story import FinishedStory, StoryText
from conteur.domain.story_request import StoryRequest
from conteur.entrypoints.narration import Narration, result
from conteur.use_cases.orders import ToldStory

FINISHED = FinishedStory(
    story=StoryText("The Fox", "Once there was a fox.", "en", 5),
    finish=Finish.STOP,
    usage=Usage(10, 20),
    model="scripted-1",
    prompt_version="story-1",
    length_ratio=0.1234,
    first_token_ms=30,
    total_ms=40,
    completed=datetime(2026, 1, 1, tzinfo=UTC),
)
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
