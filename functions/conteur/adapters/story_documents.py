"""A story's document, to and from the domain. Its fields are drawn in docs/architecture.md.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from google.cloud.firestore import DELETE_FIELD, DocumentReference, DocumentSnapshot

from conteur.adapters.quality_documents import quality_document, quality_in
from conteur.domain.charge import Charge
from conteur.domain.lease import lease_shard
from conteur.domain.model_events import Finish, Usage
from conteur.domain.story import (
    Checkpoint,
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
            "leaseShard": lease_shard(story.request.request_id),
        },
        "charge": {
            "day": story.charge.day,
            "shard": story.charge.shard,
            "micros": story.charge.micros,
            "holder": story.holder,  # tells it from one that an older revision left behind
        },
        "request": _request(story.request),
        "fingerprint": story.fingerprint,
        "language": story.request.language,
        **_series(story),
        # A take-over leaves what was let out before, until it has a text of its own.
        **({"text": ""} if attempt == 1 else {}),
    }


def renewed(checkpoint: Checkpoint) -> Document:
    """Return the fields that a checkpoint changes, as an update's dotted paths."""
    return {
        "status.updateTime": checkpoint.at,
        "status.leaseUntil": checkpoint.lease_until,
        **({} if checkpoint.text is None else {"text": checkpoint.text}),
    }


def completed(story: FinishedStory) -> Document:
    """Return the fields that end a story as COMPLETED, as an update's dotted paths."""
    return {
        **_ended(State.COMPLETED, story.completed),
        "status.error": DELETE_FIELD,  # one that had failed may be completed late
        "title": story.story.title,
        "text": story.story.text,
        "words": story.story.words,
        "finish": story.finish,
        "model": story.model,
        "promptVersion": story.prompt_version,
        "usage": {
            "inputTokens": story.usage.input_tokens,
            "outputTokens": story.usage.output_tokens,
            "costMicros": story.cost_micros,
        },
        "quality": quality_document(story.quality),
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
        # An attempt that let nothing out leaves what an earlier one did.
        **({"text": failure.released} if failure.released or failure.withheld else {}),
    }


def kept(snapshot: DocumentSnapshot[DocumentReference]) -> KeptStory | None:
    """Return what the document says; None if it is not there."""
    document = snapshot.to_dict()
    if document is None:
        return None
    _users, uid, _stories, story_id = snapshot.reference.path.split("/")
    status = document["status"]
    state = State(status["state"])
    return KeptStory(
        uid=uid,
        story_id=story_id,
        state=state,
        fingerprint=document["fingerprint"],
        attempt=status["attempt"],
        lease_until=status["leaseUntil"],
        fence=snapshot.update_time,
        holder=status.get("holder"),
        charge=_charge(document),
        released=document.get("text", ""),
        finished=_finished(document) if state is State.COMPLETED else None,
        failure=_failure(document) if state is State.FAILED else None,
    )


def _ended(state: State, at: datetime) -> Document:
    return {
        "status.state": state,
        "status.updateTime": at,
        "status.completeTime": at,
        "status.leaseShard": DELETE_FIELD,  # out of the sweep's index
    }


def _series(story: NewStory) -> Document:
    sequel = story.sequel
    return {} if sequel is None else {"part": sequel.part, "series": sequel.series}


def _request(request: StoryRequest) -> Document:
    fields = {
        "prompt": request.prompt,
        "audience": request.audience,
        "genre": request.genre,
        "objective": request.objective,
        "tone": request.tone,
        "length": {"words": request.words},
        "characters": [{"name": c.name, "traits": c.traits} for c in request.characters],
        "continueFrom": request.continue_from,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _charge(document: Mapping[str, Any]) -> Charge | None:
    charge = document.get("charge")
    if not charge or charge["holder"] != document["status"].get("holder"):
        return None
    return Charge(charge["day"], charge["shard"], charge["micros"])


def _finished(document: Mapping[str, Any]) -> FinishedStory:
    usage, timings = document["usage"], document["timings"]
    return FinishedStory(
        story=StoryText(
            document["title"], document["text"], document["language"], document["words"]
        ),
        finish=Finish(document["finish"]),
        usage=Usage(usage["inputTokens"], usage["outputTokens"]),
        cost_micros=usage.get("costMicros", 0),
        model=document["model"],
        prompt_version=document["promptVersion"],
        quality=quality_in(document["quality"]),
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
