"""A story and its life: claimed, told, kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from conteur.domain.chapter import Sequel
from conteur.domain.charge import Charge
from conteur.domain.model_events import Finish, Usage
from conteur.domain.quality import Quality
from conteur.domain.quota import Standing
from conteur.domain.story_request import StoryRequest
from conteur.errors import ConteurError


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

    `charge` is what it reserves. `holder` is made anew for each claim: it tells a claim's own
    write, whose answer was lost, from another's. `sequel` says where it stands in its series.
    """

    uid: str
    request: StoryRequest
    fingerprint: str
    started: datetime
    lease_until: datetime
    holder: str
    charge: Charge
    sequel: Sequel | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one story's document.

    `fence` is the store's own mark of our last write: a write by anyone else since then
    makes ours fail, so that a late call cannot overwrite a newer one. `holder` is the claim's,
    and `charge` what the story holds until it ends.
    """

    uid: str
    story_id: str
    attempt: int
    fence: object
    holder: str
    charge: Charge


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lease, and its user's counters with what it has reserved."""

    lease: Lease
    standing: Standing


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is kept of a story that is being told: the text released so far, and its lease.

    `text` is None where it has not changed since the last one.
    """

    text: str | None
    at: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class FinishedStory:
    """A story that the model ended, with all that is kept about it.

    `cost_micros` is what the answer cost, in micro-dollars.
    """

    story: StoryText
    finish: Finish
    usage: Usage
    cost_micros: int
    model: str
    prompt_version: str
    quality: Quality
    first_token_ms: int
    total_ms: int
    completed: datetime

    def flagged(self, flags: tuple[str, ...]) -> "FinishedStory":
        """Return the story with these flags too, each once."""
        all_flags = tuple(dict.fromkeys((*self.quality.flags, *flags)))
        return replace(self, quality=replace(self.quality, flags=all_flags))


@dataclass(frozen=True, slots=True)
class StoryFailure:
    """Why a story failed, in the terms of errors.py, and the text released until then.

    `withheld` says that no text may be kept, whatever was released or kept before. `cost_micros`
    is what it is charged with although it failed; None, as mostly, is nothing.
    """

    reason: str
    message: str
    facts: Mapping[str, str]
    retryable: bool
    released: str
    failed: datetime
    withheld: bool = False
    cost_micros: int | None = None

    @classmethod
    def of(cls, error: ConteurError, released: str, failed: datetime) -> "StoryFailure":
        """Return what is kept of a story that ended with `error`."""
        return cls(error.reason, error.message, error.facts, error.retryable, released, failed)


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A story's document as it was read; `finished` only when COMPLETED, `failure` when FAILED.

    `charge` is what it holds while it is PROCESSING, and held before. `released` is the text that
    was let out so far. `holder` and `charge` are None in documents of revisions that did not
    keep them yet.
    """

    uid: str
    story_id: str
    state: State
    fingerprint: str
    attempt: int
    lease_until: datetime
    fence: object
    holder: str | None
    charge: Charge | None = None
    released: str = ""
    finished: FinishedStory | None = None
    failure: StoryFailure | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What is there: the story, if there is one, and its user's counters of the day."""

    story: KeptStory | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class UnsavedStory:
    """A finished story that its call, whose claim was `holder`, could not store in time."""

    uid: str
    story_id: str
    holder: str
    story: FinishedStory
