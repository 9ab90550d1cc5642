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
from conteur.domain.rating import Rating
from conteur.domain.retention import FOR_EVER, Retention
from conteur.domain.story import (
    Checkpoint,
    FinishedStory,
    KeptStory,
    NewStory,
    State,
    StoryFailure,
    StoryText,
)
from conteur.domain.story_request import (
    Audience,
    Character,
    Genre,
    Objective,
    StoryRequest,
    Tone,
)

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
        **({"text": ""} if attempt == 1 else _expiry(None)),
    }


def renewed(checkpoint: Checkpoint) -> Document:
    """Return the fields that a checkpoint changes, as an update's dotted paths."""
    return {
        "status.updateTime": checkpoint.at,
        "status.leaseUntil": checkpoint.lease_until,
        **({} if checkpoint.text is None else {"text": checkpoint.text}),
    }


def completed(story: FinishedStory, retention: Retention = FOR_EVER) -> Document:
    """Return the fields that end a story as COMPLETED, as an update's dotted paths."""
    return {
        **_ended(State.COMPLETED, story.completed),
        **_expiry(retention.of_completed(story.completed)),
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


def failed(failure: StoryFailure, retention: Retention = FOR_EVER) -> Document:
    """Return the fields that end a story as FAILED, as an update's dotted paths."""
    return {
        **_ended(State.FAILED, failure.failed),
        **_expiry(retention.of_failed(failure.failed)),
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


def request_in(document: Mapping[str, Any], story_id: str) -> StoryRequest:
    """Return the request that `claimed` has kept; a story's id is its request's."""
    kept = document["request"]
    genre, objective, tone = kept.get("genre"), kept.get("objective"), kept.get("tone")
    return StoryRequest(
        request_id=story_id,
        prompt=kept["prompt"],
        language=document["language"],
        audience=Audience(kept["audience"]),
        genre=genre and Genre(genre),
        objective=objective and Objective(objective),
        tone=tone and Tone(tone),
        words=kept["length"]["words"],
        characters=tuple(Character(each["name"], each["traits"]) for each in kept["characters"]),
        continue_from=kept.get("continueFrom"),
    )


def rated(rating: Rating) -> Document:
    """Return the field that keeps what the user thinks of the story."""
    reason = {"reason": rating.reason} if rating.reason else {}
    return {"rating": {"stars": rating.stars, **reason, "at": rating.at}}


def rating_in(document: Mapping[str, Any]) -> Rating | None:
    """Return what the user thinks of the story, if they have said so."""
    rating = document.get("rating")
    return rating and Rating(rating["stars"], rating.get("reason", ""), rating["at"])


def held(document: Mapping[str, Any]) -> Charge | None:
    """Return what a document's story holds: nothing unless it is PROCESSING."""
    state = document.get("status", {}).get("state")
    return _charge(document) if state == State.PROCESSING else None


def is_leased(document: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a document, its times as firestore_json has them, has a lease at `now`."""
    return datetime.fromisoformat(document["status"]["leaseUntil"]) > now


def _ended(state: State, at: datetime) -> Document:
    return {
        "status.state": state,
        "status.updateTime": at,
        "status.completeTime": at,
        "status.leaseShard": DELETE_FIELD,  # out of the sweep's index
    }


def _expiry(at: datetime | None) -> Document:
    """Return when Firestore may delete the story; a time of an earlier end is taken out."""
    return {"expiresAt": DELETE_FIELD if at is None else at}


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
