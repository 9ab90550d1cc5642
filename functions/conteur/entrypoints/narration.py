"""A story as an app hears it: the chunks of its stream, and the result."""

from typing import Any

from conteur.domain.story import FinishedStory
from conteur.domain.story_request import StoryRequest
from conteur.entrypoints.callable import Emit
from conteur.use_cases.orders import Keeping, ToldStory

API_VERSION = 1
LOST = "the story could not be stored, now or later: keep its text"


class Narration:
    """Turns what a listener hears into numbered chunks."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._next = 0

    def started(self, story_id: str) -> None:
        """Show the story's id, under which the app can follow its document."""
        self._chunk(type="start", storyId=story_id)

    def heard(self, text: str) -> None:
        """Show the next piece of text."""
        self._chunk(type="delta", text=text)

    def taken_back(self, *, blocked: bool = False) -> None:
        """Have the app drop the pieces so far.

        The story is told again from its beginning, unless it is `blocked`: its error follows then.
        """
        self._chunk(type="reset", reason="blocked" if blocked else "retry")

    def _chunk(self, **content: str) -> None:
        self._emit({"seq": self._next, **content})
        self._next += 1


def result(told: ToldStory, request: StoryRequest, warnings: tuple[str, ...]) -> dict[str, Any]:
    """Return the contract's result: the same object whole, and at the end of a stream."""
    return {
        "storyId": told.story_id,
        "requestId": request.request_id,
        "status": "completed" if told.keeping is Keeping.KEPT else "unsaved",
        "replayed": told.replayed,
        **_story(told.story),
        "quota": {
            "remaining": told.allowance.remaining,
            "resetAt": told.allowance.resets.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "warnings": [*warnings, *([LOST] if told.keeping is Keeping.LOST else [])],
        "apiVersion": API_VERSION,
    }


def _story(story: FinishedStory) -> dict[str, Any]:
    return {
        "story": {
            "title": story.story.title,
            "text": story.story.text,
            "language": story.story.language,
            "wordCount": story.story.words,
        },
        "finish": story.finish,
        "quality": {
            "lengthRatio": round(story.quality.length_ratio, 2),
            "repetition": round(story.quality.repetition, 2),
            "flags": list(story.quality.flags),
        },
        "usage": {
            "inputTokens": story.usage.input_tokens,
            "outputTokens": story.usage.output_tokens,
            "costMicros": story.cost_micros,
        },
        "model": story.model,
        "promptVersion": story.prompt_version,
        "timings": {"firstTokenMs": story.first_token_ms, "totalMs": story.total_ms},
    }
