"""A story and its life: claimed, told, kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from conteur.domain.model_events import Finish, Usage
from conteur.domain.story_request import StoryRequest


class State(StrEnum):
    """`status.state` of a kept story, named as Firebase's own extensions name it."""

    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class StoryText:
    """What a reader reads. `words` is counted, never guessed."""

    title: str
    text: str
    language: str
    words: int


@dataclass(frozen=True, slots=True)
class NewStory:
    """A claim: this user's request, told from `started` on, ours until `lease_until`.

    `holder` is made anew for each claim: it tells a claim's own write, whose answer was lost,
    from another's.
    """

    uid: str
    request: StoryRequest
    fingerprint: str
    started: datetime
    lease_until: datetime
    holder: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one story's document.

    `fence` is the store's own mark of our last write: a write by anyone else since then
    makes ours fail, so that a late call cannot overwrite a newer one. `holder` is the claim's.
    """

    uid: str
    story_id: str
    attempt: int
    fence: object
    holder: str


@dataclass(frozen=True, slots=True)
class FinishedStory:
    """A story that the model ended, with all that is kept about it."""

    story: StoryText
    finish: Finish
    usage: Usage
    model: str
    prompt_version: str
    length_ratio: float
    first_token_ms: int
    total_ms: int
    completed: datetime


@dataclass(frozen=True, slots=True)
class StoryFailure:
    """Why a story failed, in the terms of errors.py, and the text released until then."""

    reason: str
    message: str
    facts: Mapping[str, str]
    retryable: bool
    released: str
    failed: datetime


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A story's document as it was read; `finished` only when COMPLETED, `failure` when FAILED.

    `holder` is None in a document of a revision that did not keep it yet.
    """

    uid: str
    story_id: str
    state: State
    fingerprint: str
    attempt: int
    lease_until: datetime
    fence: object
    holder: str | None
    finished: FinishedStory | None = None
    failure: StoryFailure | None = None
