"""A story that could not be stored, as the body of a task, and back."""

import json
from datetime import datetime
from typing import Any

from conteur.adapters.quality_documents import quality_document, quality_in
from conteur.domain.model_events import Finish, Usage
from conteur.domain.story import FinishedStory, StoryText, UnsavedStory
from conteur.errors import BugError, MalformedRequestError

FORMAT = 1  # raised by a change that older revisions cannot read

Task = dict[str, Any]


def task_of(unsaved: UnsavedStory) -> Task:
    """Return the task's body; task queue functions take theirs under `data`."""
    return {
        "data": {
            "format": FORMAT,
            "uid": unsaved.uid,
            "storyId": unsaved.story_id,
            "holder": unsaved.holder,
            "story": _told(unsaved.story),
        }
    }


def unsaved_story_in(body: bytes) -> UnsavedStory:
    """Return the story that a task's body holds.

    Raises MalformedRequestError for what can never be read, and BugError for the format of
    another revision, which may read it.
    """
    try:
        data = json.loads(body)["data"]
        known = data["format"] == FORMAT
        if known:
            story = _finished(data["story"])
            return UnsavedStory(data["uid"], data["storyId"], data["holder"], story)
    except (ValueError, TypeError, KeyError):
        raise MalformedRequestError(
            "the task holds no story that could be stored: nothing was done"
        ) from None
    raise BugError(
        "the task was written by a revision whose format this one does not know: deploy that "
        "revision again, or a newer one"
    )


def _told(story: FinishedStory) -> Task:
    return {
        "title": story.story.title,
        "text": story.story.text,
        "language": story.story.language,
        "words": story.story.words,
        "finish": story.finish,
        "inputTokens": story.usage.input_tokens,
        "outputTokens": story.usage.output_tokens,
        "costMicros": story.cost_micros,
        "model": story.model,
        "promptVersion": story.prompt_version,
        "lengthRatio": story.quality.length_ratio,  # an older revision reads this alone
        "quality": quality_document(story.quality),
        "firstTokenMs": story.first_token_ms,
        "totalMs": story.total_ms,
        "completed": story.completed.isoformat(),
    }


def _finished(told: Task) -> FinishedStory:
    return FinishedStory(
        story=StoryText(told["title"], told["text"], told["language"], told["words"]),
        finish=Finish(told["finish"]),
        usage=Usage(told["inputTokens"], told["outputTokens"]),
        cost_micros=told["costMicros"],
        model=told["model"],
        prompt_version=told["promptVersion"],
        quality=quality_in(told.get("quality") or told),  # an older task has the ratio alone
        first_token_ms=told["firstTokenMs"],
        total_ms=told["totalMs"],
        completed=datetime.fromisoformat(told["completed"]),
    )
