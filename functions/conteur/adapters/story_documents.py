"""A story's document, to and from the domain. Its fields are drawn in docs/architecture.md."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conteur.domain.model_events import Finish, Usage
from conteur.domain.story import (
    FinishedStory,
    KeptStory,
    NewStory,
    State,
    StoryFailure,
    StoryText,
)
from conteur.domain.story_request import StoryRequest

Document = dict[str, Any]


def claimed(story: NewStory, attempt: int) -> Document:
    """Return the document of a story whose telling starts now."""
    return {
        "status": {
            "state": State.PROCESSING,
            "attempt": attempt,
            "holder": story.holder,
            "startTime": story.started,
            "updateTime": story.started,
            "leaseUntil": story.lease_until,
        },
        "request": _request(story.request),
        "fingerprint": story.fingerprint,
        "language": story.request.language,
    }


def completed(story: FinishedStory) -> Document:
    """Return the fields that end a story as COMPLETED, as an update's dotted paths."""
    return {
        **_ended(State.COMPLETED, story.completed),
        "title": story.story.title,
        "text": story.story.text,
        "words": story.story.words,
        "finish": story.finish,
        "model": story.model,
        "promptVersion": story.prompt_version,
        "usage": {
            "inputTokens": story.usage.input_tokens,
            "outputTokens": story.usage.output_tokens,
        },
        "quality": {"lengthRatio": story.length_ratio},
        "timings": {"firstTokenMs": story.first_token_ms, "totalMs": story.total_ms},
    }


def failed(failure: StoryFailure) -> Document:
    """Return the fields that end a story as FAILED, as an update's dotted paths."""
    return {
        **_ended(State.FAILED, failure.failed),
        "status.error": {
            "reason": failure.reason,
            "message": failure.message,
            "facts": dict(failure.facts),
            "retryable": failure.retryable,
        },
        "text": failure.released,
    }


def kept(uid: str, story_id: str, document: Document, fence: object) -> KeptStory:
    """Return what `document` says."""
    status = document["status"]
    state = State(status["state"])
    return KeptStory(
        uid=uid,
        story_id=story_id,
        state=state,
        fingerprint=document["fingerprint"],
        attempt=status["attempt"],
        lease_until=status["leaseUntil"],
        fence=fence,
        holder=status.get("holder"),
        finished=_finished(document) if state is State.COMPLETED else None,
        failure=_failure(document) if state is State.FAILED else None,
    )


def is_written_by(holder: str, state: State, document: Document | None) -> bool:
    """Return whether the lease of `holder` has brought `document` into `state`."""
    if document is None:
        return False
    status = document["status"]
    return bool(status.get("holder") == holder and status["state"] == state)


def _ended(state: State, at: datetime) -> Document:
    return {"status.state": state, "status.updateTime": at, "status.completeTime": at}


def _request(request: StoryRequest) -> Document:
    fields = {
        "prompt": request.prompt,
        "audience": request.audience,
        "genre": request.genre,
        "objective": request.objective,
        "tone": request.tone,
        "length": {"words": request.words},
        "characters": [{"name": c.name, "traits": c.traits} for c in request.characters],
    }
    return {name: value for name, value in fields.items() if value is not None}


def _finished(document: Mapping[str, Any]) -> FinishedStory:
    usage, timings = document["usage"], document["timings"]
    return FinishedStory(
        story=StoryText(
            document["title"], document["text"], document["language"], document["words"]
        ),
        finish=Finish(document["finish"]),
        usage=Usage(usage["inputTokens"], usage["outputTokens"]),
        model=document["model"],
        prompt_version=document["promptVersion"],
        length_ratio=document["quality"]["lengthRatio"],
        first_token_ms=timings["firstTokenMs"],
        total_ms=timings["totalMs"],
        completed=document["status"]["completeTime"],
    )


def _failure(document: Mapping[str, Any]) -> StoryFailure:
    error = document["status"]["error"]
    return StoryFailure(
        reason=error["reason"],
        message=error["message"],
        facts=error["facts"],
        retryable=error["retryable"],
        released=document.get("text", ""),
        failed=document["status"]["completeTime"],
    )
